"""Recorded messages and the staff's telephones, on every database."""

from datetime import timedelta

from agent.model.desk_ring import DeskRing
from agent.model.recording import Recording
from agent.ports import Store
from tests.contracts.samples import NOW, conversation
from tests.contracts.test_store_calls import call

MINUTE = timedelta(minutes=1)
SOON = NOW + MINUTE
SOUND = b"RIFF of somebody's voice"


def recording(id: str = "r1", **more: object) -> Recording:
    given = {
        "id": id, "clinic": "k", "provider_id": f"RE-{id}", "call": "CA1", "conversation": "c1", "task": "t1",
        "seconds": 4, "made_at": NOW, "due_at": NOW, "changed_at": NOW, **more,
    }  # fmt: skip
    return Recording.model_validate(given)


def test_a_recording_is_known_once_and_taken_by_one_until_its_lease_is_over(store: Store) -> None:
    with store.begin() as tx:
        tx.conversations.add(conversation("c1"), NOW)
        assert tx.recordings.add(recording())
        assert not tx.recordings.add(recording("r2", provider_id="RE-r1"))
        assert tx.recordings.add(recording("r3", due_at=SOON, clinic="another"))
    with store.begin() as tx:
        taken = tx.recordings.take_due("k", NOW, SOON)
        assert taken == recording(due_at=SOON, attempts=1)
        assert tx.recordings.take_due("k", NOW, SOON) is None
        assert tx.recordings.at("RE-r1") == taken
        tx.recordings.put_off("r1", SOON + MINUTE)
        assert tx.recordings.take_due("k", SOON, SOON) is None


def test_a_sound_is_kept_sealed_on_its_card_until_it_is_away_everywhere(store: Store) -> None:
    with store.begin() as tx:
        tx.conversations.add(conversation("c1"), NOW)
        tx.recordings.add(recording())
        kept = recording(state="kept", kind="audio/wav")
        assert tx.recordings.save(kept, SOUND)
    with store.begin() as tx:
        assert tx.recordings.content("r1") == SOUND
        assert tx.recordings.of_task("t1") == tx.recordings.of_conversations(["c1", "c9"]) == [kept]
        assert tx.recordings.of_task("t9") == tx.recordings.of_conversations([]) == []
        assert tx.recordings.save(kept.model_copy(update={"away": True}))
        assert tx.recordings.content("r1") == SOUND
        assert tx.recordings.take_due("k", SOON, SOON) is None
    with store.begin() as tx:
        assert tx.privacy.lapse("recordings", "k", NOW, 10) == 0
        assert tx.privacy.lapse("recordings", "k", SOON, 10) == 1
        assert tx.recordings.get("r1") is None


def test_of_who_is_forgotten_only_the_providers_id_is_left_until_it_is_deleted_there(store: Store) -> None:
    with store.begin() as tx:
        tx.conversations.add(conversation("c1"), NOW)
        tx.recordings.add(recording(state="kept"))
        tx.recordings.save(recording(state="kept"), SOUND)
        tx.recordings.add(recording("r2", state="kept", away=True))
    with store.begin() as tx:
        assert tx.privacy.erase_talk("c1", SOON)["recordings"] == 2
        assert tx.recordings.get("r2") is None
        left = tx.recordings.take_due("k", SOON, SOON + MINUTE)
        assert left is not None
        assert (left.state, left.provider_id, left.conversation, left.task) == ("doomed", "RE-r1", None, None)
        assert tx.recordings.content("r1") is None
        assert not tx.recordings.save(recording(state="kept"), SOUND), "a slow process brings it back"
        assert tx.recordings.take_due("k", SOON, SOON) is None
        tx.recordings.drop("r1")
        assert tx.recordings.at("RE-r1") is None


def test_the_telephones_of_the_latest_round_are_read_in_order(store: Store) -> None:
    def ring(id: str, **more: object) -> DeskRing:
        given = {"id": id, "clinic": "k", "call": "CA1", "conversation": "c1", "seen_at": NOW, **more}
        return DeskRing.model_validate(given)

    with store.begin() as tx:
        tx.conversations.add(conversation("c1"), NOW)
        tx.calls.open(call())
        assert tx.desk_rings.of_call("CA1") == []
        tx.desk_rings.open([ring("d1"), ring("d2", place=1)])
        tx.desk_rings.open([ring("d4", round=2, place=1), ring("d3", round=2)])
        assert [r.id for r in tx.desk_rings.of_call("CA1")] == ["d3", "d4"]
        rung = ring("d3", round=2, state="ringing", provider_id="CA9", seen_at=SOON)
        tx.desk_rings.save(rung)
    with store.begin() as tx:
        assert tx.desk_rings.get("d3") == rung
        assert tx.desk_rings.get("d9") is None
        assert tx.privacy.erase_talk("c1", SOON)["desk_rings"] == 4
