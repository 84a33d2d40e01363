"""What happened and how things stand, in staff's words: roles, priorities, identities, history, the audit's verbs."""

import re
from collections.abc import Mapping

from agent.model.wording import N_
from agent.web.console_bulk_words import OF_BULK
from agent.web.console_call_words import OF_CALLS
from agent.web.console_tongue import tr

ROLE_NAMES = {
    "front-desk": N_("front desk"), "nurse": N_("nurse"), "clinician": N_("clinician"),
    "admin": N_("admin"), "auditor": N_("auditor"), "read-only": N_("read only"),
}  # fmt: skip
PRIORITIES = {"stat": N_("now"), "asap": N_("soon"), "urgent": N_("urgent"), "routine": N_("routine")}
IDENTITIES = {
    "unknown": N_("identity unknown"),
    "claimed": N_("identity claimed"),
    "verified": N_("identity verified"),
}
DOCUMENTS = {
    "waiting": N_("waiting"),
    "drafted": N_("drafted"),
    "failed": N_("failed"),
    "signed": N_("signed"),
    "rejected": N_("rejected, not used"),
}
TIERS = {"red": N_("Conflict"), "amber": N_("To check"), "record": N_("From the record"), "cited": N_("Cited")}
ACTS = {"accept": N_("accepted"), "edit": N_("edited"), "reject": N_("rejected")}
OUTCOMES = {
    "confirmed": N_("as prepared"),
    "changed": N_("another time booked"),
    "offered other times": N_("other times offered"),
    "done": N_("closed with a word"),
    "declined": N_("declined"),
}
SCRIPT = {
    "urgent_title": N_("(Urgent: {n})"),
    "nobody": N_("Nobody has taken urgent request #{n} yet"),
    "fresh": N_("New urgent request #{n}"),
    "several": N_("Urgent requests that nobody has: {n}"),
    "sound_off": N_("Sound is off: turn it on"),
    "sound_on": N_("Sound is on: turn it off"),
    "undo": N_("Undo ({n} s)"),
    "stale": N_("Changed while you looked. {said}"),
    "no_answer": N_("No answer from the desk. What you typed is kept; sending it again sends it once."),
    "no_answer_note": N_("No answer from the desk. Nothing was changed."),
    "typed": N_("{n} of {most}"),
    "left": N_("Done. {n} to decide."),
    "not_done": N_("Not done."),
}
_HISTORY = {
    "called the patient: answered": N_("called the patient: answered"),
    "called the patient: busy": N_("called the patient: busy"),
    "called the patient: no answer": N_("called the patient: no answer"),
    "called the patient: the call did not go through": N_("called the patient: the call did not go through"),
    "a call back was asked for, and nobody took it at our phone": N_(
        "a call back was asked for, and nobody took it at our phone"
    ),
    "a call back was asked for, and its outcome is not known": N_(
        "a call back was asked for, and its outcome is not known"
    ),
    "a colleague took the call": N_("a colleague took the call"),
    "the caller went on with the desk": N_("the caller went on with the automated desk"),
    "left a recorded message": N_("the caller left a recorded message"),
    "nobody has read the recording": N_("no machine reads a recording in this language: to be listened to soon"),
    "the recording came to nothing": N_("a message was to be recorded, and nothing came of it"),
    "confirmed": N_("confirmed"),
    "approved": N_("approved the form"),
    "changed": N_("booked another time"),
    "offered other times": N_("offered other times"),
    "done": N_("closed with a word"),
    "took": N_("took"),
    "gave back": N_("gave back"),
    "took the conversation": N_("took the conversation"),
    "gave the conversation back": N_("gave the conversation back"),
    "took the decision back": N_("took the decision back"),
    "back to the queue": N_("back to the queue"),
    "said again": N_("said again"),
    "the held time ran out": N_("the held time ran out"),
    "declined:words": N_("declined, in their own words"),
    "declined:not_offered": N_("declined, not offered here"),
    "declined:other_clinic": N_("declined, needs another clinic"),
    "declined:call_us": N_("declined, asked to call"),
    "declined:insurance": N_("declined, insurance first"),
    "declined": N_("declined"),
    "cancelled": N_("withdrawn"),
    "completed": N_("closed"),
    "failed": N_("failed"),
    "taken back by the patient": N_("taken back by the patient"),
}
_WITH_A_NAME = (
    (re.compile(r"handed over to (.+)", re.S), N_("handed over to %(name)s")),
    (re.compile(r"transferred to (.+)", re.S), N_("transferred to %(name)s")),
    (re.compile(r"(.+) is away", re.S), N_("%(name)s is away")),
    (re.compile(r"(.+) is not here", re.S), N_("%(name)s is not here")),
    (re.compile(r"replaced by (#\d+)"), N_("replaced by %(name)s")),
    (re.compile(r"no answer for (\d+) min"), N_("no answer for %(name)s min")),
)
_ACTORS = {
    "agent": N_("the desk"),
    "system": N_("the desk"),
    "staff": N_("Staff"),
    "nobody": N_("nobody"),
}
AUDIT = {
    "call:last-words": N_("heard the last words of a call"),
    "call:to-text": N_("took a call over to text"),
    "staff:linked": N_("linked a sign-in of another service"),
    "staff:unlinked": N_("took back a sign-in of another service"),
    "task:called": N_("called the patient"),
    "task:call-asked": N_("asked to call the patient"),
    "content:edited": N_("changed the draft of what the desk says"),
    "content:imported": N_("took a translator's file into the draft"),
    "content:suggested": N_("had wording drafted by a machine"),
    "content:suggestion-taken": N_("took a machine's wording into the draft"),
    "content:suggestion-declined": N_("declined a machine's wording"),
    "content:examples-taken": N_("took proposed examples into the draft"),
    "content:examples-declined": N_("declined proposed examples"),
    "content:edit-dropped": N_("took a change out of the draft"),
    "content:proposed": N_("proposed the draft"),
    "content:withdrawn": N_("withdrew a proposal"),
    "content:agreed": N_("agreed to a proposal"),
    "content:published": N_("published what the desk says"),
    "content:timed": N_("set the time of a publish"),
    "content:time-dropped": N_("took back the time of a publish"),
    "content:not-published": N_("did not publish at the set time"),
    "content:restored": N_("went back to an earlier revision"),
    "action:run": N_("asked the clinic's system"),
    "audit:verified": N_("verified the audit log"),
    "calendar:viewed": N_("looked at the calendar"),
    "calendar:provider-away": N_("marked a provider absent"),
    "calendar:freed": N_("freed blocked time"),
    "calendar:blocked": N_("blocked time"),
    "call:began": N_("a call began"),
    "call:resumed": N_("a call went on"),
    "call:transfer": N_("put a call through"),
    "call:person": N_("a colleague took a call"),
    "call:unanswered": N_("nobody took a call"),
    "call:returned": N_("a caller went on with the automated desk"),
    "consent:recording": N_("agreed on the telephone to be recorded"),
    "consent:no-recording": N_("did not agree to be recorded"),
    "recording:waiting": N_("a message was recorded"),
    "recording:kept": N_("fetched a recorded message"),
    "recording:refused": N_("could not keep a recorded message"),
    "recording:doomed": N_("a recording without consent is to be deleted"),
    "recording:deleted-there": N_("deleted a recording at the telephone service"),
    "recording:played": N_("played a recorded message"),
    "recording:saved": N_("saved a recorded message"),
    "conversation:viewed": N_("read a conversation"),
    "conversation:transferred": N_("transferred a conversation"),
    "conversation:taken": N_("took a conversation"),
    "conversation:returned": N_("gave a conversation back"),
    "conversation:replied": N_("replied"),
    "conversation:put-back": N_("put a conversation back"),
    "conversation:noted": N_("left a note"),
    "conversation:forgotten": N_("erased a conversation"),
    "desk:restored": N_("restored from a back-up"),
    "document:viewed": N_("read a document"),
    "document:tried": N_("tried to draft a document"),
    "document:signed": N_("signed a document"),
    "document:rejected": N_("rejected a document"),
    "document:failed": N_("could not draft a document"),
    "document:exported": N_("exported a document"),
    "document:drafted": N_("drafted a document"),
    "document:amended": N_("amended a document"),
    "document:handed_in": N_("handed a visit in to be drafted"),
    "document:searched": N_("searched a patient's notes"),
    **dict.fromkeys(
        [f"document:sentence_{act}" for act in ("accept", "edit", "reject", "add")], N_("decided about a sentence")
    ),
    "glass:broken": N_("broke the glass"),
    "glass:closed": N_("closed the glass"),
    "hold:set": N_("set a legal hold"),
    "hold:lifted": N_("lifted a legal hold"),
    **OF_CALLS,
    "check-in:answered": N_("a patient said how they are"),
    "check-in:asked": N_("a patient was asked how they are"),
    "check-in:silent": N_("a patient did not say how they are"),
    "check-in:skipped": N_("a question how somebody is was left out"),
    "hold:expired": N_("a held time ran out"),
    "inbox:caught_up": N_("caught up on missed messages"),
    "inbox:list_answers": N_("the carrier's list can be read again"),
    "inbox:list_away": N_("the carrier's list could not be read"),
    "instructions:approved": N_("approved instructions"),
    "instructions:viewed": N_("read instructions for a patient"),
    "instructions:withdrawn": N_("withdrew instructions"),
    "instructions:written": N_("wrote instructions"),
    "message:blocked": N_("a text was held back"),
    "message:failed": N_("a text failed"),
    "message:found": N_("a missed message was found"),
    "message:sent": N_("a text was sent"),
    "message:undelivered": N_("a text did not arrive"),
    "message:unknown": N_("unclear whether a text went out"),
    "message:unreadable": N_("a message cannot be read"),
    "patient:added": N_("put a patient on file"),
    "patient:forgotten": N_("erased a patient"),
    "patient:searched": N_("searched for a patient"),
    "patient:viewed": N_("read a patient's page"),
    "picture:viewed": N_("looked at a picture"),
    "reminder:sent": N_("a reminder was sent"),
    "consent:texts": N_("agreed on the telephone to go on by text"),
    "conversation:drafted": N_("had a reply drafted by a machine"),
    "form:begun": N_("began a form"),
    "form:offered": N_("a form was offered"),
    "form:exported": N_("took a form out as FHIR"),
    "form:refused": N_("a form's link was opened with a wrong date of birth"),
    "form:sent": N_("sent a form"),
    "form:filled": N_("took in the last answer of a form"),
    "reminder:skipped": N_("a reminder was left out"),
    "consent:calls": N_("noted that a patient agreed to automated calls"),
    "consent:no-calls": N_("noted that a patient wants no automated calls"),
    "sends:started": N_("started sending again"),
    "sends:stopped": N_("stopped sending"),
    "session:closed": N_("signed out"),
    "session:opened": N_("signed in"),
    "session:refused": N_("a sign-in was refused"),
    "record:looked": N_("looked at what writing to the record would change"),
    "record:approved": N_("approved what is written to the record"),
    "record:written": N_("wrote to the record"),
    "record:put_off": N_("could not write to the record yet"),
    "record:stopped": N_("could not write to the record: a person is needed"),
    "record:withdrawal_approved": N_("approved that what was written to the record is taken back"),
    "record:withdrawn": N_("took back what was written to the record"),
    "session:revoked": N_("signed sessions out"),
    "staff:away": N_("marked as away"),
    "staff:back": N_("back at work"),
    "staff:changed": N_("changed a role or places"),
    "staff:disabled": N_("disabled a sign-in"),
    "staff:enabled": N_("enabled a sign-in"),
    "staff:invited": N_("invited somebody"),
    "staff:joined": N_("joined"),
    "staff:language": N_("chose a language"),
    "staff:password-changed": N_("changed their password"),
    "staff:second-factor-off": N_("turned the second factor off"),
    "staff:second-factor-on": N_("turned the second factor on"),
    "task:approved": N_("approved a form"),
    "task:changed": N_("booked another time"),
    "task:claimed": N_("took a request"),
    "task:closed": N_("a request was closed"),
    "task:confirmed": N_("confirmed a request"),
    "task:declined": N_("declined a request"),
    "task:done": N_("closed a request with a word"),
    "task:handed-over": N_("handed a request over"),
    "task:late": N_("a request became late"),
    "task:offered-other-times": N_("offered other times"),
    "task:prepared": N_("prepared a request"),
    "task:released": N_("gave a request back"),
    "task:repeated": N_("a request was made again"),
    "task:returned": N_("returned a request to the queue"),
    "task:rung-again": N_("rang again for a request"),
    "waitlist:joined": N_("put somebody on the waitlist"),
    "waitlist:left": N_("took somebody off the waitlist"),
    "waitlist:offered": N_("offered a time to somebody on the waitlist"),
    "waitlist:accepted": N_("heard that an offered time is wanted"),
    "waitlist:declined": N_("heard that an offered time is not wanted"),
    "waitlist:answered-elsewhere": N_("heard the answer to an offered time in another conversation"),
    "waitlist:silent": N_("got no answer to an offered time"),
    "waitlist:withdrawn": N_("withdrew an offered time"),
    "waitlist:passed-over": N_("passed over somebody on the waitlist"),
    "waitlist:done": N_("closed an entry of the waitlist"),
    "waitlist:back": N_("put somebody back in line"),
    "waitlist:time-offered": N_("offered a free time to the waitlist"),
    "waitlist:viewed": N_("looked at the waitlist"),
    **OF_BULK,
    "missed:asked": N_("asked whether a new time is wanted after a missed visit"),
    "missed:call-planned": N_("a patient will be asked by telephone after a missed visit"),
    "missed:dialled": N_("dialled a patient after a missed visit"),
    "missed:called": N_("a call after a missed visit came to an end"),
    "missed:skipped": N_("left out the question after a missed visit"),
    "visit:calendar": N_("took the calendar file of a visit by their link"),
    "visit:came": N_("marked that a patient came after all"),
    "visit:missed": N_("marked that a patient did not come"),
    "plant:caught": N_("saw a planted error"),
    "plant:missed": N_("confirmed a planted error; nothing was carried out"),
    "plant:shown": N_("showed somebody a planted error"),
    "plant:undecided": N_("ended a planted error that nobody decided on"),
    "task:undone": N_("took a decision back"),
    "task:viewed": N_("read a request"),
    "turn:decided": N_("answered a message"),
    "turn:parked": N_("left a message for a person"),
    "wrong:as-meant": N_("answered a report: as it is meant"),
    "wrong:fixed": N_("answered a report: fixed"),
    "wrong:in-work": N_("answered a report: being worked on"),
    "wrong:reported": N_("reported something wrong"),
}


def role(name: str) -> str:
    """A role's name."""
    return tr(ROLE_NAMES[name]) if name in ROLE_NAMES else name


def happened(what: str) -> str:
    """A line of a task's history, or the reason beside it; a colleague's own words are shown as they are."""
    if what in _HISTORY:
        return tr(_HISTORY[what])
    for pattern, words in _WITH_A_NAME:
        if found := pattern.fullmatch(what):
            return tr(words, name=role(found[1]))
    return what


def actor(who: str, names: Mapping[str, str]) -> str:
    """Who did it, as the audit names them; `names`: "staff:<id>" -> their name."""
    return names.get(who) or (tr(_ACTORS[who]) if who in _ACTORS else who)


def did(tag: str) -> str:
    """An audit row's `subject:verb`."""
    return tr(AUDIT[tag]) if tag in AUDIT else tag
