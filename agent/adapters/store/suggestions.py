"""What a model has proposed for the wording, decided once, and what each person is typing."""

from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select, update

from agent.adapters.store.tables_contents import content_suggestions, content_typed
from agent.adapters.store.work import Work, upsert
from agent.model.fault import Conflict
from agent.model.suggestion import Suggestion, Typed

_s, _t = content_suggestions.c, content_typed.c
_ADD = insert(content_suggestions)
_ALL = select(_s.body).where(_s.clinic == bindparam("of"), _s.state == "open").order_by(_s.id)
_HERE = select(_s.body).where(_s.clinic == bindparam("of"), _s.key == bindparam("at")).order_by(_s.id)
_OPEN = _HERE.where(_s.state == "open")
_DECIDE = (
    update(content_suggestions)
    .where(_s.id == bindparam("of"), _s.state == "open")
    .values(state=bindparam("now"), body=bindparam("text"))
)
_first = upsert(content_typed)
_PUT = _first.on_conflict_do_update(
    index_elements=["clinic", "key", "staff"], set_={"at": _first.excluded.at, "body": _first.excluded.body}
)
_TYPED = select(_t.body).where(_t.clinic == bindparam("of"), _t.key == bindparam("place")).order_by(_t.at.desc())
_DROP = delete(content_typed).where(
    _t.clinic == bindparam("of"), _t.key == bindparam("place"), _t.staff == bindparam("whose")
)
_SWEEP = delete(content_typed).where(_t.clinic == bindparam("of"), _t.at < bindparam("until"))


class SuggestionsRoom:
    """See `agent.ports.suggestions.Suggestions`."""

    def __init__(self, work: Work) -> None:
        self._run = work.connection.execute

    def add(self, row: Suggestion) -> None:
        given = {n: getattr(row, n) for n in ("id", "clinic", "key", "state")}
        self._run(_ADD, given | {"body": row.model_dump_json()})

    def open(self, clinic: str, key: str = "") -> list[Suggestion]:
        found = self._run(_OPEN, {"of": clinic, "at": key}) if key else self._run(_ALL, {"of": clinic})
        return [Suggestion.model_validate_json(body) for body in found.scalars()]

    def of(self, clinic: str, key: str) -> list[Suggestion]:
        return [Suggestion.model_validate_json(b) for b in self._run(_HERE, {"of": clinic, "at": key}).scalars()]

    def decide(self, row: Suggestion) -> None:
        if self._run(_DECIDE, {"of": row.id, "now": row.state, "text": row.model_dump_json()}).rowcount != 1:
            raise Conflict("somebody else has decided about this meanwhile")


class TypingsRoom:
    """See `agent.ports.suggestions.Typings`."""

    def __init__(self, work: Work) -> None:
        self._run = work.connection.execute

    def put(self, row: Typed) -> None:
        given = {"clinic": row.clinic, "key": row.key, "staff": row.by, "at": row.at}
        self._run(_PUT, given | {"body": row.model_dump_json()})

    def of(self, clinic: str, key: str) -> list[Typed]:
        found = self._run(_TYPED, {"of": clinic, "place": key}).scalars()
        return [Typed.model_validate_json(body) for body in found]

    def drop(self, clinic: str, key: str, by: str) -> None:
        self._run(_DROP, {"of": clinic, "place": key, "whose": by})

    def sweep(self, clinic: str, before: datetime) -> int:
        return self._run(_SWEEP, {"of": clinic, "until": before}).rowcount
