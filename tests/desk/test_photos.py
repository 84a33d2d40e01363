"""A photograph in answer to a form is kept as one; where it cannot be opened the patient hears it and loses nothing."""

from collections.abc import Iterator

import pytest

from agent.demo.photo import PLACE, card
from agent.desk.form_page import send
from agent.desk.photos import TRIES, fetch_next
from agent.intake.engine import following
from agent.model.fault import Busy, Refused
from agent.model.form import Given
from agent.ports.pictures import Picture
from tests.desk.test_forms import form_of, jon
from tests.desk.world import JON, World
from tests.photographs import bomb, heic, pdf_bomb

URL = "https://api.twilio.com/front"


class Twilio:
    """Where pictures lie: address -> the file, or what comes of asking."""

    def __init__(self) -> None:
        self.files: dict[str, bytes | Exception] = {}
        self.asked: list[str] = []

    def fetch(self, url: str) -> Picture:
        self.asked.append(url)
        found = self.files.get(url, card(400, 250))
        if isinstance(found, Exception):
            raise found
        return Picture("image/jpeg", found)


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    made.desk.pictures = Twilio()
    yield made
    made.close()


def twilio(world: World) -> Twilio:
    assert isinstance(world.desk.pictures, Twilio)
    return world.desk.pictures


def asked_for_card(world: World) -> None:
    send(world.desk, jon(world).id, "insurance", world.staff())
    world.say("form", JON)
    world.say("Jon Smith, March 14 1985", JON)
    world.say("yes", JON)
    assert "front of your insurance card" in world.say("Harbor Health", JON)[-1]


def given(world: World, link: str) -> Given | None:
    return next((g for g in form_of(world, jon(world).id).given if g.link == link), None)


def kept(world: World) -> list[tuple[str, str, bool]]:
    """(what it answers, state, is the picture there) of each photograph."""
    row = form_of(world, jon(world).id)
    with world.desk.store.begin(write=False) as tx:
        photos = tx.photos.of_form(row.id)
        return [(p.link, p.state, tx.photos.content(p.id) is not None) for p in photos]


def fetched(world: World) -> int:
    count = 0
    while fetch_next(world.desk):
        count += 1
    return count


def test_a_photo_answers_the_question_and_is_kept_without_its_hidden_data(world: World) -> None:
    asked_for_card(world)
    assert "back of the card" in world.say("here it is", JON, media=(URL,))[-1]
    assert kept(world) == [("insurance.card.front", "waiting", False)]
    assert twilio(world).asked == []  # nothing is fetched inside the turn
    assert fetched(world) == 1
    assert kept(world) == [("insurance.card.front", "kept", True)]
    front = given(world, "insurance.card.front")
    assert front is not None
    with world.desk.store.begin(write=False) as tx:
        content = tx.photos.content(str(front.values[0])) or b""
    assert content.startswith(b"\xff\xd8\xff")
    assert PLACE.encode() not in content
    assert "In whose name" in world.say("", JON, media=("https://api.twilio.com/back",))[-1]  # no member number asked


def test_both_sides_in_one_message_are_both_answers(world: World) -> None:
    asked_for_card(world)
    assert "In whose name" in world.say("", JON, media=(URL, "https://api.twilio.com/back"))[-1]
    assert [link for link, *_ in kept(world)] == ["insurance.card.front", "insurance.card.back"]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (heic(), "couldn't open the photo"),
        (bomb(), "is too large"),
        (pdf_bomb(), "couldn't open the photo"),
        (Refused("this kind of file is not shown"), "couldn't open the photo"),
        (Refused("the file is too large"), "is too large"),
    ],
    ids=["heic", "bomb", "pdf", "kind", "large"],
)
def test_a_photo_that_cannot_be_used_is_said_and_asked_for_again(
    world: World, bad: bytes | Exception, said: str
) -> None:
    asked_for_card(world)
    twilio(world).files[URL] = bad
    world.say("", JON, media=(URL,))
    assert fetched(world) == 1
    world.settle()
    assert said in world.carrier.texts[-1]
    assert given(world, "insurance.card.front") is None
    assert "In whose name" not in world.say("skip", JON)[-1]  # the back; then the front again, and it can be skipped
    assert "member number" in world.say("skip", JON)[-1]
    assert given(world, "insurance.payer") is not None


def test_a_photo_sent_again_takes_the_place_of_the_one_that_was_none(world: World) -> None:
    asked_for_card(world)
    twilio(world).files[URL] = heic()
    world.say("", JON, media=(URL,))
    fetched(world)
    world.say("", JON, media=("https://api.twilio.com/again",))
    fetched(world)
    front = given(world, "insurance.card.front")
    assert front is not None
    assert ("insurance.card.front", "kept", True) in kept(world)


def test_twilio_is_asked_again_and_not_for_ever(world: World) -> None:
    asked_for_card(world)
    twilio(world).files[URL] = Busy("away")
    world.say("", JON, media=(URL,))
    for _ in range(TRIES + 2):
        fetch_next(world.desk)
        world.clock.pass_time(hours=1)
    assert len(twilio(world).asked) == TRIES
    assert kept(world) == [("insurance.card.front", "refused", False)]


def test_words_in_place_of_a_photo_are_noted_and_the_photo_may_still_come(world: World) -> None:
    asked_for_card(world)
    said = world.say("my cousin has it right now", JON)
    assert "noted your words" in said[0]
    assert "member number" in said[-1]
    front = given(world, "insurance.card.front")
    assert front is not None
    assert (front.values, front.words, front.unsure) == ((), "my cousin has it right now", True)
    said = world.say("", JON, media=(URL,))
    assert "put your photo with the form" in said[0]
    assert "back of the card" in said[-1]  # the number need not be asked any more


def test_a_photo_in_place_of_words_is_kept_and_the_question_stands(world: World) -> None:
    send(world.desk, jon(world).id, "allergies", world.staff())
    world.say("form", JON)
    world.say("Jon Smith, March 14 1985", JON)
    said = world.say("", JON, media=(URL,))
    assert "put your photo with the form" in said[0]
    assert "allergic" in said[-1]
    assert kept(world) == [("", "waiting", False)]
    assert "What are you allergic to" in world.say("yes", JON, media=(URL,))[-1]  # both count


def test_words_below_a_picture_are_no_choice_of_the_question(world: World) -> None:
    send(world.desk, jon(world).id, "conditions", world.staff())
    world.say("form", JON)
    world.say("Jon Smith, March 14 1985", JON)
    said = world.say("here is my card", JON, media=(URL,))
    assert "put your photo with the form" in said[0]
    assert "Do you have any of these?" in said[-1]
    assert given(world, "conditions.which") is None
    world.say("asthma", JON, media=(URL,))
    chosen = given(world, "conditions.which")
    assert chosen is not None
    assert chosen.words == "asthma"


def test_no_and_skip_go_on_without_a_photo(world: World) -> None:
    asked_for_card(world)
    assert "member number" in world.say("no", JON)[-1]


def test_an_emergency_beside_a_photo_is_one(world: World) -> None:
    asked_for_card(world)
    assert "911" in " ".join(world.say("I have crushing chest pain and can't breathe", JON, media=(URL,)))


def test_by_telephone_the_number_is_asked_for_instead(world: World) -> None:
    form = world.desk.content.forms["insurance"]
    held = (Given(link="insurance.have", values=("yes",)), Given(link="insurance.payer", values=("Harbor",)))
    asked = following(form, held, {}, photos=False)
    assert asked is not None
    assert asked.link == "insurance.memberId"


def test_forgetting_the_patient_forgets_the_photo(world: World) -> None:
    asked_for_card(world)
    world.say("", JON, media=(URL,))
    fetched(world)
    patient = jon(world).id
    row = form_of(world, patient)
    with world.desk.store.begin() as tx:
        assert tx.privacy.erase_patient(patient, world.clock())["intake_photos"] == 1
        assert tx.photos.of_form(row.id) == []
