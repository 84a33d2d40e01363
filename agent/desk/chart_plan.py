"""What writing would change, worked out from what should be there and what is: pure, so that it can be worked out again
just before the writing, and an answer that was lost is found by looking."""

from collections.abc import Mapping, Sequence
from typing import Any

from agent.desk.chart_words import about, brief, differences
from agent.model.chart import PATIENT, SYSTEM, Change, Wanted
from agent.model.fault import Refused
from agent.model.wording import N_

THERE = N_("The record says so already, in an entry of its own.")
OTHERWISE = N_("The record has it already, with other details: what the patient said stays in the form.")
BESIDE = N_("The record has another entry for the same; this one stands beside it.")
GONE = N_("It is not in the record (any more): nothing to change.")
_NAMES = {  # kind -> the fields by which two entries are of the same thing
    "AllergyIntolerance": ("code",),
    "Condition": ("code",),
    "MedicationStatement": ("medicationCodeableConcept",),
    "Coverage": ("payor",),
}
_BESIDE = frozenset({"MedicationStatement", "Coverage"})  # two that differ may both be so
_HOW_SURE = frozenset({"identifier", "status", "clinicalStatus", "verificationStatus", "informationSource", "subject",
                       "patient", "beneficiary", "resourceType"})  # fmt: skip
_WRONG = frozenset({"entered-in-error", "refuted"})
_OVER = frozenset({"inactive", "resolved", "remission", "stopped", "cancelled", "completed", "not-taken"})


def change(wanted: Wanted, named: Sequence[dict[str, Any]], alike: Sequence[dict[str, Any]] = ()) -> Change:
    """`named`: what the record holds under our identifier; `alike`: its other entries of that kind and patient.
    Raises Refused where several bear our identifier."""
    if len(named) > 1:
        raise Refused("several entries of the record bear the same identifier of ours: mend that there first")
    if named:
        return _over(wanted, named[0])
    same = next((r for r in alike if _stands(r) and _same_thing(wanted.resource, r)), None)
    if same is not None:
        if covers(same, {k: v for k, v in wanted.resource.items() if k not in _HOW_SURE}):
            return _unchanged(wanted, same, THERE)
        if _is_ours(same):
            kept = {k: v for k, v in wanted.resource.items() if k != "identifier"}
            return _over(wanted.model_copy(update={"resource": kept}), same)
        if wanted.resource["resourceType"] not in _BESIDE:
            return _unchanged(wanted, same, OTHERWISE)
    if wanted.only_if_there:
        return Change(wanted=wanted, act="unchanged", about=wanted.key, note=GONE)
    body = {k: v for k, v in wanted.resource.items() if k != "id" and v is not None}
    return Change(
        wanted=wanted, act="create", about=about(body), body=body, differences=differences({}, body),
        note=BESIDE if same is not None else "",
    )  # fmt: skip


def _over(wanted: Wanted, there: dict[str, Any]) -> Change:
    target = f"{there['resourceType']}/{there['id']}"
    then = there if wanted.how == "once" else _gained(there, wanted) if wanted.how == "person" else _put(there, wanted)
    told = differences(there, then)
    if then == there or not told:
        return Change(wanted=wanted, act="unchanged", about=about(there), target=target, at=target, ours=True)
    version = str((there.get("meta") or {}).get("versionId") or "")
    return Change(wanted=wanted, act="update", about=about(there), body=then, differences=told, target=target,
                  seen=version, at=target)  # fmt: skip


def _unchanged(wanted: Wanted, there: dict[str, Any], note: str) -> Change:
    target = f"{there['resourceType']}/{there['id']}"
    return Change(wanted=wanted, act="unchanged", about=about(there), note=note, target=target, at=target,
                  ours=_is_ours(there))  # fmt: skip


def _put(there: dict[str, Any], wanted: Wanted) -> dict[str, Any]:
    """Our fields over theirs; a field that holds what we want and more stays as it is."""
    then = dict(there)
    for name, value in wanted.resource.items():
        if value is None:
            then.pop(name, None)
        elif name == "meta":
            then[name] = {**(there.get(name) or {}), **({} if covers(there.get(name), value) else value)}
        elif name not in ("resourceType", "id") and not covers(there.get(name), value):
            then[name] = value
    return then


def _gained(there: dict[str, Any], wanted: Wanted) -> dict[str, Any]:
    """A person with what they lacked; nothing that is there is taken away, and a name is never changed."""
    then = dict(there)
    for name, value in wanted.resource.items():
        held = there.get(name)
        if name in ("resourceType", "id", "meta") or (name == "name" and held):
            continue
        if not isinstance(value, list):
            then[name] = value
            continue
        held = list(held or [])
        new = [v for v in value if not any(covers(h, v) or _same_number(h, v) for h in held)]
        if new and name == "communication":
            held = [{**h, "preferred": False} if h.get("preferred") else h for h in held]
        then[name] = [*held, *new]
    return {k: v for k, v in then.items() if v != [] or k in there}


def covers(there: Any, ours: Any) -> bool:
    """Does what is there say all that ours says? It may say more."""
    if isinstance(ours, Mapping):
        return isinstance(there, Mapping) and all(covers(there.get(k), v) for k, v in ours.items())
    if isinstance(ours, list):
        return (
            isinstance(there, list) and len(there) >= len(ours) and all(any(covers(t, o) for t in there) for o in ours)
        )
    return bool(there == ours)


def resolved(value: Any, places: Mapping[str, str]) -> Any:
    """With our own references turned into the record's; one to a place that is empty is left out of its list."""
    if isinstance(value, Mapping):
        found = {k: resolved(v, places) for k, v in value.items()}
        if isinstance(found.get("reference"), str) and places.get(found["reference"]):
            found["reference"] = places[found["reference"]]
        return found
    if isinstance(value, list):
        kept = [v for v in value if not (isinstance(v, Mapping) and places.get(str(v.get("reference")), "-") == "")]
        return [resolved(v, places) for v in kept]
    return value


def identifier(resource: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Its identifiers; a Composition and a QuestionnaireResponse have one at most, and no list."""
    held = resource.get("identifier")
    return [i for i in (held if isinstance(held, list) else [held]) if isinstance(i, dict)]


def bears(resource: Mapping[str, Any], system: str, value: str) -> bool:
    return any(i.get("system") == system and i.get("value") == value for i in identifier(resource))


def _is_ours(resource: Mapping[str, Any]) -> bool:
    return any(i.get("system") in (SYSTEM, PATIENT) for i in identifier(resource))


def _same_thing(ours: Mapping[str, Any], there: Mapping[str, Any]) -> bool:
    """The same words or a common code in every field that names it."""
    names = _NAMES.get(str(ours["resourceType"]), ())
    return bool(names) and all(_alike(ours.get(n), there.get(n)) for n in names)


def _alike(ours: Any, there: Any) -> bool:
    words = brief(ours).casefold()
    return bool(words and words == brief(there).casefold()) or bool(_codes(ours) & _codes(there))


def _codes(value: Any) -> set[tuple[str, str]]:
    held = value.get("coding") if isinstance(value, Mapping) else None
    return {(str(c.get("system")), str(c["code"])) for c in held or [] if isinstance(c, Mapping) and c.get("code")}


def _stands(resource: Mapping[str, Any]) -> bool:
    """Neither entered in error nor over."""
    said = {str(resource.get("status"))}
    for name in ("clinicalStatus", "verificationStatus"):
        said |= {code for _, code in _codes(resource.get(name))}
    return not said & (_WRONG | _OVER)


def _same_number(there: Any, ours: Any) -> bool:
    """The same telephone, however it is written."""
    both = [x for x in (there, ours) if isinstance(x, Mapping) and x.get("system") in ("phone", "sms")]
    digits = ["".join(c for c in str(x.get("value")) if c.isdigit())[-10:] for x in both]
    return len(digits) == 2 and len(digits[0]) >= 7 and digits[0] == digits[1]
