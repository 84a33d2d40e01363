"""What the law of the clinic's place asks, clause by clause, beside what the clinic does."""

from collections.abc import Mapping
from dataclasses import dataclass

from agent.model.clinic import Clinic
from agent.model.edit import Item
from agent.model.jurisdiction import RULES, Clause, Pack, Place, Profile, Rule, profile_of

_CALLED: dict[Rule, str] = {
    "emergency": "Emergency number", "crisis": "Crisis line", "disclosure": "Saying that this is software",
    "optout": "Words that stop texts", "quiet": "Quiet hours", "share": "Bulk texts to one person",
    "recording": "Recorded messages",
}  # fmt: skip
_SAID = {"sms": "texts", "chat": "chat", "voice": "calls"}
_WHEN: dict[Place, str] = {"start": "at the start", "throughout": "all along", "end": "at the end"}


@dataclass(frozen=True)
class Asked:
    """One rule: who asks what, and what this clinic does. `stricter`: it does more than is asked; `href`: where that is
    edited."""

    called: str
    clauses: tuple[tuple[str, Clause], ...]
    here: str
    stricter: bool = False
    href: str = ""


def asked(packs: Mapping[str, Pack], clinic: Clinic, item: Item) -> list[Asked]:
    """For the country and region of the item, in the order of the rules; a rule of which nobody speaks is told too."""
    law = profile_of(packs, item["country"], item["region"])
    rows = []
    for rule in RULES:
        clauses = tuple((p.name, c) for p in law.packs for c in p.clauses if c.rule == rule)
        here, stricter, href = _here(rule, law, clinic, item)
        rows.append(Asked(_CALLED[rule], clauses, here, stricter, href))
    return rows


def _here(rule: Rule, law: Profile, clinic: Clinic, item: Item) -> tuple[str, bool, str]:
    match rule:
        case "emergency" | "crisis":
            return law.numbers.get(rule, "No number is named: alarms say “your local emergency number”."), False, ""
        case "disclosure":
            said = {c: [said for p, said in _WHEN.items() if law.disclosed(c, p)] for c in _SAID}
            return "; ".join(f"{_SAID[c]}: {' and '.join(places)}" for c, places in said.items()), False, ""
        case "optout":
            words = ", ".join(sorted(law.stop_words))
            return f"{words or 'Twilio’s words'}, and whoever says it in words of their own", True, ""
        case "quiet":
            ours, asks = clinic.reminders, law.quiet
            more = asks is None or (ours.quiet_from, ours.quiet_until) != (asks.after, asks.before)
            return f"{ours.quiet_from:%H:%M} to {ours.quiet_until:%H:%M}", more, "/admin/facts/reminders/all"
        case "share":
            return _share(law, item)
        case "recording":
            on = "Asked first, whatever the law asks" if clinic.voicemail.enabled else "Nobody is recorded"
            return on, True, "/admin/facts/telephone/all"


def _share(law: Profile, item: Item) -> tuple[str, bool, str]:
    own = {"day": item["texts_a_day"], "week": item["texts_a_week"]}
    most = {"day": law.share.a_day, "week": law.share.a_week} if law.share else {"day": None, "week": None}
    said = [f"{own[n] or most[n]} a {n}" for n in own if own[n] or most[n]]
    stricter = any(own[n] is not None and own[n] != most[n] for n in own)
    return ", ".join(said) or "No bound of its own", stricter, ""
