"""What a card says of a request: in one line, in whose words, and what else the patient comes for."""

from datetime import date

from agent.desk import decide as desk_decide
from agent.desk import hand_over
from agent.model.calendar import Appointment
from agent.model.task import Task
from tests.web.console_desk import World, decide, jon
from tests.web.test_console_task import plain


def prepared(world: World, kind: str, **proposal: str) -> Task:
    held, heard = world.talk("I need a refill of my lisinopril")
    because = {"callback": "call_back"}.get(kind, kind)
    return world.prepare(kind, held, proposal, heard[0], because=because)


def booked(world: World, on: date) -> Appointment:
    """A visit that Jon Smith has already."""
    task = world.booking(on=on)
    row = decide(world.browser("front-desk"), task, "confirm", patient=jon(world).id)
    assert row.status_code == 303
    with world.desk.store.begin(write=False) as tx:
        done = tx.appointments.get(str(world.task(task.id).result["appointment"]))
    assert done is not None
    return done


def test_a_line_of_the_queue_names_the_kind_once_and_begins_with_what_they_asked_for(world: World) -> None:
    task = prepared(world, "refill", request="I need a refill of my lisinopril", message="CVS on Main Street")
    page = plain(world.browser("clinician").get(f"/console/tasks/{task.id}").text)
    assert "Refill · I need a refill of my lisinopril · CVS on Main Street" in page
    again = prepared(world, "refill", request="my lisinopril", message="my lisinopril")
    assert "Refill · my lisinopril Take" in plain(world.browser("clinician").get(f"/console/tasks/{again.id}").text)


def test_a_call_back_that_was_asked_for_says_what_about_and_when_not_call_back_twice(world: World) -> None:
    task = prepared(world, "callback", request="can you call me about my bill?")
    page = plain(world.browser("front-desk").get(f"/console/tasks/{task.id}").text)
    assert "Call back · can you call me about my bill?" in page


def test_what_the_patient_wrote_word_for_word_is_not_called_worked_out_by_the_desk(world: World) -> None:
    task = prepared(world, "handoff", why="asked", message="I need a refill of my lisinopril")
    page = plain(world.browser("front-desk").get(f"/console/tasks/{task.id}").text)
    assert "I need a refill of my lisinopril in their own words" in page
    assert "They asked for a person worked out by the desk" in page


def test_a_patient_who_comes_already_is_shown_with_that_visit_before_anything_is_booked(world: World) -> None:
    near, far = booked(world, date(2026, 3, 10)), booked(world, date(2026, 3, 11))
    task = world.booking(on=near.local.date())
    page = plain(world.browser("front-desk").get(f"/console/tasks/{task.id}").text)
    assert "comes on the same day: Office visit, Tue, Mar 10" in page
    assert "comes already: Office visit, Wed, Mar 11" in page
    decide(world.browser("front-desk"), task, "confirm", patient=jon(world).id)
    moved = world.prepare("reschedule", world.talk("move it", phone="+17185550133")[0],
                          {"appointment": {"id": far.id}}, appointment=far.id)  # fmt: skip
    page = plain(world.browser("front-desk").get(f"/console/tasks/{moved.id}").text)
    assert "Mar 11" not in page.partition("Which patient")[2].partition("Book another time")[0]


def test_words_typed_for_a_request_that_a_colleague_closed_meanwhile_are_shown_as_not_sent(world: World) -> None:
    task, client = world.booking(), world.browser("front-desk")
    desk_decide.close(world.desk, task.id, task.version, world.user("admin"), "Done by phone.")
    answer = decide(client, task, "close", done_words="We will call you at nine.")
    assert answer.status_code == 409
    page = plain(answer.text)
    assert "What you typed is still below" in page
    assert "What you typed; it was not sent: We will call you at nine." in page


def test_a_conversation_that_a_colleague_transferred_stands_in_the_queue_with_what_they_wrote(world: World) -> None:
    held, _ = world.talk("next Tuesday please")
    rosa, doctor = world.user("front-desk"), world.user("clinician")
    hand_over.transfer(world.desk, held.id, rosa, doctor.id, None, "Asks whether to fast before the test.")
    page = plain(world.browser("clinician").get("/console").text)
    assert "Asks for a person Asks whether to fast before the test." in page
    assert "They asked for a person" not in page


def test_what_a_colleague_wrote_says_more_than_the_words_that_called_for_a_person(world: World) -> None:
    held, heard = world.talk("I want to talk to a person please")
    said = {"why": "asked", "message": "I want to talk to a person please"}
    task = world.prepare("handoff", held, said, heard[0], because="asked")
    rosa, doctor = world.user("front-desk"), world.user("clinician")
    hand_over.transfer(world.desk, held.id, rosa, doctor.id, None, "Stitches after a biopsy: how long?")
    row = world.browser("clinician").get("/console").text.split(f'id="row-{task.id}"', 1)[1].split("</a>", 1)[0]
    assert "Stitches after a biopsy: how long?" in row
    assert "talk to a person" not in row


def test_whoever_was_asked_for_first_is_not_said_to_be_the_one_whom_they_chose(world: World) -> None:
    task, client = world.booking(), world.browser("front-desk")
    with world.desk.store.begin() as tx:
        proposal = {"provider": task.proposal["opening"]["provider"], **task.proposal}
        tx.tasks.save(task.model_copy(update={"proposal": proposal}))
    assert ">With<" in client.get(f"/console/tasks/{task.id}").text
    with world.desk.store.begin() as tx:
        tx.tasks.save(world.task(task.id).model_copy(update={"proposal": {**proposal, "provider": "castellanos"}}))
    page = client.get(f"/console/tasks/{task.id}").text
    assert ">Had asked for<" in page
    assert ">With<" not in page


def test_an_alarm_that_is_a_clinical_question_is_called_so_once(world: World) -> None:
    held, heard = world.talk("can I take ibuprofen?")
    about = {"category": "clinical_question", "class": "clinical_question", "message": "can I take ibuprofen?"}
    task = world.prepare("message", held, about, heard[0], because="clinical_question")
    client = world.browser("front-desk")
    page = client.get(f"/console/tasks/{task.id}").text
    assert page.count("clinical question</span>") == 1
    other = world.prepare(
        "urgent", held, {"category": "medicine", "class": "clinical_question", "words": "x"}, heard[0]
    )
    assert ">Treated as<" in client.get(f"/console/tasks/{other.id}").text


def test_a_worry_after_a_visit_is_headed_by_the_worry_not_by_the_visit(world: World) -> None:
    held, heard = world.talk("fever since last night and the spot is red")
    visit = world.booking().proposal["opening"]
    about = {"category": "clinical_question", "class": "clinical_question", "appointment": visit,
             "message": "fever since last night and the spot is red"}  # fmt: skip
    task = world.prepare("message", held, about, heard[0], because="clinical_question")
    client = world.browser("front-desk")
    row = client.get("/console").text.split(f'id="row-{task.id}"', 1)[1].split("</a>", 1)[0]
    assert "fever since last night" in row
    assert "Dr. Amara Okafor" not in row


def test_silence_after_a_visit_is_headed_by_the_silence(world: World) -> None:
    held, heard = world.talk("hello")
    about = {"why": "check_in_silence", "name": "Rosa Marin", "appointment": world.booking().proposal["opening"]}
    task = world.prepare("message", held, about, heard[0], because="check_in_silence")
    row = world.browser("front-desk").get("/console").text.split(f'id="row-{task.id}"', 1)[1].split("</a>", 1)[0]
    assert "They did not say how they are after a visit · " in row
