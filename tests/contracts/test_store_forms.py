"""A form is kept where it stands, found again by who it is of, changed by one at a time, and gone when forgotten."""

from datetime import timedelta

import pytest

from agent.model.fault import Conflict
from agent.model.form import FormRow, Given
from agent.ports import Store
from tests.contracts.samples import NOW, conversation, raw


def row(n: int = 1, **given: object) -> FormRow:
    kept = {"id": f"f-{n}", "clinic": "k", "form": "new-patient", "conversation": "c1", "who": "w-1", "made_at": NOW,
            "changed_at": NOW + timedelta(minutes=n)}  # fmt: skip
    return FormRow.model_validate(kept | given)


def test_a_form_is_found_again_by_its_patient_its_person_or_its_link(store: Store) -> None:
    with store.begin() as tx:
        tx.forms.add(row(1))
        tx.forms.add(row(2, patient="p-1", key="hash", given=(Given(link="a", values=("peanuts",)),)))
        tx.forms.add(row(3, patient="p-1", state="sent"))
        tx.forms.add(row(4, clinic="other", patient="p-1"))
    with store.begin(write=False) as tx:
        assert (tx.forms.open_of("k", None, "w-1") or row(9)).id == "f-1"
        assert (tx.forms.open_of("k", "p-1", "w-1") or row(9)).given[0].values == ("peanuts",)
        assert tx.forms.open_of("k", "p-2", "w-1") is None
        assert tx.forms.open_of("k", None, "") is None
        assert (tx.forms.by_key("hash") or row(9)).id == "f-2"
        assert [f.id for f in tx.forms.of_patient("p-1")] == ["f-2", "f-3", "f-4"]
    with raw(store) as connection:
        bodies = connection.exec_driver_sql("SELECT body FROM intake_forms").scalars().all()
    assert not any(b"peanuts" in bytes(body) for body in bodies)


def test_of_two_who_change_a_form_the_second_hears_of_it(store: Store) -> None:
    with store.begin() as tx:
        tx.forms.add(row())
    with store.begin() as tx:
        saved = tx.forms.save(row(language="ht"))
    assert saved.version == 1
    with pytest.raises(Conflict), store.begin() as tx:
        tx.forms.save(row(language="es"))
    with store.begin(write=False) as tx:
        assert tx.forms.get("f-1") == saved


def test_a_form_goes_with_its_person_and_stays_with_its_patient(store: Store) -> None:
    with store.begin() as tx:
        tx.conversations.add(conversation("c1"), NOW)
        tx.forms.add(row(1))
        tx.forms.add(row(2, patient="p-1"))
    with store.begin() as tx:
        assert tx.privacy.erase_talk("c1", NOW)["intake_forms"] == 1
        assert tx.forms.get("f-1") is None
        assert tx.forms.get("f-2") == row(2, patient="p-1")
        assert tx.privacy.erase_patient("p-1", NOW)["intake_forms"] == 1
        assert tx.forms.get("f-2") is None


def test_an_old_form_lapses_but_not_under_a_legal_hold(store: Store) -> None:
    with store.begin() as tx:
        tx.forms.add(row(1))
        tx.forms.add(row(2, patient="p-1"))
        tx.forms.add(row(3, changed_at=NOW + timedelta(days=9)))
        tx.privacy.hold("p-1", "u-1", "CASE-1", NOW)
    with store.begin() as tx:
        assert tx.privacy.lapse("intake_forms", "k", NOW + timedelta(days=1), 100) == 1
        assert [id for id in ("f-1", "f-2", "f-3") if tx.forms.get(id)] == ["f-2", "f-3"]
