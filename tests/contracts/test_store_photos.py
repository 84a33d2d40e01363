"""A photograph is sealed beside its form, goes with its owner, is fetched by one at a time, is gone when forgotten."""

from datetime import timedelta

from agent.model.photo import Photo
from agent.ports import Store
from tests.contracts.samples import NOW, conversation, raw
from tests.contracts.test_store_forms import row

PICTURE = b"the numbers on the card"
LATER = NOW + timedelta(minutes=2)


def photo(n: int = 1, **given: object) -> Photo:
    kept = {"id": f"ph-{n}", "clinic": "k", "form": "f-1", "conversation": "c1", "url": "https://secret.example/1",
            "made_at": NOW, "due_at": NOW, "changed_at": NOW}  # fmt: skip
    return Photo.model_validate(kept | given)


def test_a_photo_and_where_it_came_from_are_sealed_to_their_row(store: Store) -> None:
    with store.begin() as tx:
        tx.photos.add(photo(1, state="kept"), PICTURE)
        tx.photos.add(photo(2))
    with store.begin(write=False) as tx:
        assert [p.id for p in tx.photos.of_form("f-1")] == ["ph-1", "ph-2"]
        assert (tx.photos.content("ph-1"), tx.photos.content("ph-2"), tx.photos.content("ph-9")) == (
            PICTURE,
            None,
            None,
        )
        assert tx.photos.get("ph-9") is None
    with raw(store) as connection:
        rows = connection.exec_driver_sql("SELECT body, content FROM intake_photos ORDER BY id").all()
    assert not any(word in bytes(column or b"") for r in rows for column in r for word in (PICTURE, b"secret.example"))


def test_one_process_fetches_a_photo_at_a_time(store: Store) -> None:
    with store.begin() as tx:
        tx.photos.add(photo(1))
        tx.photos.add(photo(2, clinic="other"))
        tx.photos.add(photo(3, state="kept"))
    with store.begin() as tx:
        taken = tx.photos.take_due("k", NOW, LATER)
        assert taken == photo(1, due_at=LATER, attempts=1)
        assert tx.photos.take_due("k", NOW, LATER) is None
    with store.begin() as tx:
        assert (tx.photos.take_due("k", LATER, LATER + timedelta(minutes=2)) or photo(9)).attempts == 2
        assert tx.photos.save(photo(1, state="kept"), PICTURE)
        assert not tx.photos.save(photo(9))
        assert tx.photos.take_due("k", LATER + timedelta(hours=1), LATER) is None


def test_a_photo_goes_with_its_form_to_the_patient_and_with_the_patient_for_good(store: Store) -> None:
    with store.begin() as tx:
        tx.conversations.add(conversation("c1"), NOW)
        tx.photos.add(photo(1, state="kept"), PICTURE)
        tx.photos.follow(row(1, patient="p-1"))
    with store.begin() as tx:
        assert "intake_photos" not in tx.privacy.erase_talk("c1", NOW)
        assert tx.photos.content("ph-1") == PICTURE  # the conversation's key is gone
        assert tx.privacy.erase_patient("p-1", NOW)["intake_photos"] == 1
        assert tx.photos.of_form("f-1") == []


def test_a_photo_of_nobody_on_file_goes_with_the_conversation(store: Store) -> None:
    with store.begin() as tx:
        tx.conversations.add(conversation("c1"), NOW)
        tx.photos.add(photo(1, state="kept"), PICTURE)
        assert tx.privacy.erase_talk("c1", NOW)["intake_photos"] == 1


def test_an_old_photo_lapses_but_not_under_a_legal_hold(store: Store) -> None:
    with store.begin() as tx:
        tx.photos.add(photo(1))
        tx.photos.add(photo(2, patient="p-1"))
        tx.photos.add(photo(3, changed_at=NOW + timedelta(days=9)))
        tx.privacy.hold("p-1", "u-1", "CASE-1", NOW)
    with store.begin() as tx:
        assert tx.privacy.lapse("intake_photos", "k", NOW + timedelta(days=1), 100) == 1
        assert [p.id for p in tx.photos.of_form("f-1")] == ["ph-2", "ph-3"]
