"""How the console says what a bulk send is, whom it leaves out, and what came of its texts and calls."""

from collections import Counter
from dataclasses import dataclass

from agent.model.bulk import BulkKind, Tally, Way
from agent.model.wording import N_
from agent.web.console_tongue import tr

KINDS: dict[BulkKind, str] = {
    "recall": N_("Recall"),
    "away": N_("Somebody cannot come"),
    "closing": N_("Closed on a day"),
}
STATES = {
    "prepared": N_("prepared"),
    "sending": N_("being sent"),
    "stopped": N_("stopped"),
    "done": N_("done"),
    "dropped": N_("dropped"),
}
WHYS = {
    "no number": N_("no telephone number on file"),
    "opted out": N_("wrote STOP"),
    "no consent": N_("never agreed to texts"),
    "share": N_("their number has had its texts and calls of the day"),
    "bulk cap": N_("their number has had its texts and calls of the day"),
    "later": N_("had their text or call of the day; it goes on later"),
    "no texts there": N_("their number gets no texts"),
    "wrong number": N_("somebody else's number"),
    "hourly cap": N_("their number had the most texts of an hour"),
    "recalled lately": N_("was recalled a short while ago"),
    "has a visit": N_("has a visit to come"),
    "no longer booked": N_("the visit is no longer booked"),
    "no longer on file": N_("is no longer on file"),
    "too late": N_("too late to help"),
    "night": N_("it is night where they are"),
    "talking": N_("somebody talks with them"),
}
HOWS = {
    "due": N_("to be texted"),
    "queued": N_("on its way"),
    "claimed": N_("on its way"),
    "unknown": N_("unclear whether it arrived"),
    "sent": N_("sent"),
    "delivered": N_("delivered"),
    "failed": N_("not delivered"),
    "blocked": N_("held back"),
    "void": N_("withdrawn"),
    "skipped": N_("passed over"),
    "calling": N_("being called"),
    "called": N_("told by telephone"),
}
ANSWERS = {
    "yes": N_("want a visit"),
    "later": N_("not now"),
    "other_time": N_("want another time"),
    "person": N_("want a person"),
}
RANGS = {
    "told": N_("told by telephone"),
    "person": N_("wanted a person"),
    "alarm": N_("in danger: staff were told at once"),
    "machine": N_("a machine answered"),
    "nobody": N_("nobody said that they listen"),
    "declined": N_("had no time"),
    "stopped": N_("wants no more calls"),
    "wrong": N_("somebody else's number"),
    "other": N_("somebody else at their number took the call"),
    "busy": N_("busy"),
    "no-answer": N_("no answer"),
    "failed": N_("the call failed"),
    "void": N_("the call was broken off"),
}

OF_BULK = {  # in the audit
    "bulk:adopted": N_("took over a bulk send that a standing rule prepared"),
    "bulk:agreed": N_("agreed to a bulk send"),
    "bulk:call-planned": N_("planned a call of a bulk send"),
    "bulk:called": N_("a call of a bulk send came to an end"),
    "bulk:dialled": N_("dialled somebody of a bulk send"),
    "bulk:dropped": N_("dropped a bulk send"),
    "bulk:prepared": N_("prepared a bulk send"),
    "bulk:queued": N_("put a text of a bulk send on its way"),
    "bulk:released": N_("released a stage of a bulk send"),
    "bulk:resumed": N_("let a bulk send go on"),
    "bulk:skipped": N_("passed over somebody of a bulk send"),
    "bulk:stopped": N_("stopped a bulk send"),
    "bulk:viewed": N_("looked at a bulk send"),
}


@dataclass(frozen=True)
class Many:
    """How many are told by text, and how many by telephone."""

    texts: int = 0
    calls: int = 0

    @property
    def all(self) -> int:
        return self.texts + self.calls


def by_way(tallies: list[Tally], stage: int = 0) -> Many:
    """Of this stage; 0: of every stage."""
    counted: Counter[Way] = Counter()
    for t in tallies:
        if t.stage and stage in (0, t.stage):
            counted[_began(t)] += t.count
    return Many(counted["text"], counted["call"])


def languages(tallies: list[Tally]) -> list[tuple[str, Many]]:
    """The language of most people first."""
    tags = Counter[str]()
    for t in tallies:
        tags[t.language] += t.count if t.stage else 0
    return [(tag, by_way([t for t in tallies if t.language == tag])) for tag, n in tags.most_common() if n]


def left_out(tallies: list[Tally]) -> Counter[str]:
    """Why, and how many."""
    counted: Counter[str] = Counter()
    for t in tallies:
        if not t.stage:
            counted[t.why] += t.count
    return counted


def outcomes(tallies: list[Tally], stage: int) -> list[tuple[str, int]]:
    """What became of a stage: texts and calls, who was passed over and why, and answers."""
    counted: Counter[str] = Counter()
    for t in (t for t in tallies if t.stage == stage):
        counted[came_to(t.how, t.way, t.why, t.rang)] += t.count
        if t.answer:
            counted[tr(ANSWERS[t.answer])] += t.count
    return counted.most_common()


def came_to(how: str, way: Way, why: str, rang: str) -> str:
    """How it stands with somebody: what their call came to, then their text."""
    call = tr(RANGS[rang]) if rang in RANGS else ""
    if how == "called" or (how == "skipped" and rang == "wrong"):
        return call
    state = tr(N_("to be called")) if how == "due" and way == "call" else tr(HOWS.get(how, how))
    state = f"{state}: {tr(WHYS.get(why, why))}" if why else state
    return tr("%(call)s, then: %(text)s", call=call, text=state) if call else state


def _began(t: Tally) -> Way:
    """By which way they were meant to be told first."""
    return "call" if t.rang else t.way
