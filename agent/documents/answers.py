"""A question in the room with its short answer, as the one sentence that a note makes of both."""

import re
from collections.abc import Sequence
from dataclasses import replace

from agent.documents.clauses import Clause
from agent.documents.style import Person, written

_FILLERS = r"(?:(?:um+|uh+|oh|well|okay|and|but|honestly|to be honest|actually|sadly|unfortunately)[ ,.]+)*"
_NO = re.compile(
    rf"^{_FILLERS}(?:no+|nope|nah|not (?:at all|really|that i|anymore|so far|"
    r"right now|yet|currently)|never|none|"
    r"i (?:don't|haven't|have not|do not|didn't|did not|am not)|i'm not|nothing)\b",
    re.IGNORECASE,
)  # fmt: skip
_YES = re.compile(
    rf"^{_FILLERS}(?:yes|yeah|yep|yup|yea|ye|mm-?hmm|uh-?huh|i do|i am|i have|i did|"
    r"that's right|correct|right|absolutely|definitely|certainly|exactly|sure do|of course|it does|it is)\b",
    re.IGNORECASE,
)
_HEDGE = re.compile(
    r"\b(?:but|except|sometimes|maybe|a little|not really|kind of|i think|i guess|well|only|not sure)\b", re.I
)
_ANY = re.compile(
    r"\b(?:(?:have you (?:had|noticed|experienced|been having|been experiencing|ever had|felt)|do you (?:have|get|"
    r"notice|feel|"
    r"experience)|are you (?:having|experiencing|getting|noticing)|did you (?:have|notice|feel|get)|you having|you had|"
    r"is there|was there|were there|are there|there's|how about|what about)\s+"
    r"(?:also )?(?:had )?(?:any|a|some|an)\s+|\b(?:aware of|with) any\s+|^\W*(?:(?:okay|ok|and|so|but|um|uh|"
    r"alright|well|then|now|all "
    r"right|or|also)\W+)*any\s+)(?!questions|other questions|concerns|plans|idea)"
    r"(?:other |kind of |kinda |sort of |type of |issues with |problems with (?=\w+ing))*(?P<what>[^?]+)$",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?P<aux>do|are|have|did|were|can) you (?P<ever>ever )?(?P<rest>(?!know|think|want|see|mean|need|remember|"
    r"understand|have any|"
    r"guys|okay|ready|doing|the |a )[a-z]+[^?]*)$",
    re.IGNORECASE,
)
_STOP = re.compile(
    r"[ ,]+(?:or (?:anything|something|anywhere|any of that|any|so|is|are|do|not|no|maybe|what|just)\b.*|at all.*|"
    r"like that.*|going on|right now|"
    r"with that|with (?:this|it)|there|recently|lately|with you|that you .*|in your family.*|today|no|or|and|"
    r"is it.*|are you.*|do you.*|does it.*|"
    r"have you.*|has it.*|did you.*|and how.*|and then.*|okay.*|um+|since .*|that i .*|you know.*)$",
    re.IGNORECASE,
)
_LIKE = re.compile(r"^(?:symptoms?|issues?|problems?|things?)(?: like| such as)\s+", re.I)
_UNFIT = re.compile(
    r"\b(?:you|i|we|me|what|how|why|when|questions?|which|who|that|it|else|okay|know|this|so|let|though)\b", re.I
)
ALLERGIES = re.compile(r"\ballerg", re.IGNORECASE)
_WH = (
    (re.compile(r"\bhow long\b(?! (?:will|would|should|do i))", re.I), "Duration"),
    (re.compile(r"\bwhen (?:did|was)\b", re.I), "Onset"),
    (
        re.compile(r"^\W*(?:\w+\W+){0,2}how often (?:do|does) (?:you (?:have|get)|that|this|it|they)\b", re.I),
        "Frequency",
    ),
    (re.compile(r"\b(?:kind of work|for a living|for work|your job|your occupation)\b", re.I), "Occupation"),
    (ALLERGIES, "Allergies"),
    (re.compile(r"\b(?:scale|out of (?:ten|10)|rate (?:your|the) pain|how bad)\b", re.I), "Severity"),
)
_HOW_OFTEN = re.compile(
    r"(?:every|each|once|twice|(?:one|two|three|four|\d+) times?|daily|at|in the|most|all|"
    r"for|since) (?!i\b|it\b|my\b)(?:[\w-]+ ?){1,5}|daily",
    re.IGNORECASE,
)
_TOO_LONG = 16  # words; a question of more asks several things at once
_FEW = 10  # words of an answer that is no sentence of its own
_WHICH = re.compile(r"\b(?:how|what|which|where|when|who)\b", re.I)
_GREETS = re.compile(r"\bhow(?:'s| is| are|'re) (?:you|things|everything)\b[^a-z]*(?:today|doing)?$", re.IGNORECASE)
_HAS_VERB = re.compile(r"\b(?:i|it|we|he|she|they|there|that|my)(?:'\w+)?\b", re.I)


def answered(question: Clause, answer: Clause, person: Person) -> str:
    """The sentence, without its full stop; empty where the answer alone says it, or says not enough."""
    no, yes = bool(_NO.search(answer.text)), bool(_YES.search(answer.text))
    if no == yes:
        return _labelled(question.text, answer, person)
    told = _denied_or_reported(question.text, no, bool(_HEDGE.search(answer.text)), person)
    more = _YES.sub("", answer.text).strip(" ,.") if yes else ""
    if yes and not told and more and ALLERGIES.search(question.text):
        return _labelled(question.text, replace(answer, text=more), person)
    return f"{told}, {written(more, 'patient', person)}" if told and _HOW_OFTEN.fullmatch(more) else told


def is_told_whole(answer: Clause, told: str) -> bool:
    """Whether the sentence of question and answer has all that the answer said."""
    more = _YES.sub("", answer.text).strip(" ,.")
    return told.startswith("Allergies: ") or bool(_HOW_OFTEN.fullmatch(more))


def is_question(clause: Clause) -> bool:
    """Also where nobody wrote the question mark."""
    return clause.role != "patient" and (
        clause.asks
        or bool(_VERB.search(clause.text) or _ANY.search(clause.text) or any(p.search(clause.text) for p, _ in _WH))
    )


def says_no(text: str) -> bool:
    return bool(_NO.search(text))


def _denied_or_reported(question: str, no: bool, hedged: bool, person: Person) -> str:
    if hedged:
        return ""
    found = _ANY.search(question)
    if found and not (no and re.search(r"\bnot?\b|n't\b", question, re.I)):
        what = _cut(_LIKE.sub("", found["what"]))
        if what and not _UNFIT.search(what) and len(what.split()) <= _TOO_LONG:
            if not no and re.search(r"\bor\b|,", what):
                return ""  # a yes to one of several does not say which
            return f"{'denies' if no else 'reports'} {written(what, 'clinician', person)}"
    found = _VERB.search(question)
    if not found:
        return ""
    rest = _cut(found["rest"])
    if (
        not rest
        or len(rest.split()) > _TOO_LONG
        or re.search(r"\b(?:or|what|how|why|when|know|questions?|you|i)\b", rest, re.I)
    ):
        return ""
    aux = found["aux"].lower()
    if aux == "are" and re.match(r"(?:able|right|left|not|in|on|from|still|currently|allergic|\w+ing)\b", rest) is None:
        return ""
    if not no and re.search(r"\bany(?:thing|body|one|where)?\b", rest):
        return ""  # a yes to "anything" does not say what
    they, doing = person.subject, written(rest, "clinician", person)
    if not doing:
        return ""
    not_ = " not" if no else ""
    if aux == "do":
        return (
            f"{they} does not {doing}"
            if no
            else written(f"i {rest}", "patient", person)
            if rest.split()[0].isalpha()
            else ""
        )
    be = {"are": "is", "have": "has", "did": "did", "were": "was", "can": "can"}[aux]
    return f"{they} {be}{not_} {doing}"


def _labelled(question: str, answer: Clause, person: Person) -> str:
    if len(answer.text.split()) > _FEW or _HAS_VERB.search(answer.text):
        return ""
    label = next((name for pattern, name in _WH if pattern.search(question)), "")
    said = written(answer.text, "patient", person)
    return f"{label}: {said}" if label and said else ""


def with_its_question(question: Clause, answers: Sequence[Clause], person: Person) -> str:
    """A few words that mean nothing without what was asked ("Maybe once a month"), beside it; empty for any others."""
    few = 2 <= len(answers[0].text.split()) <= _FEW and not _HAS_VERB.search(answers[0].text)
    asked = " ".join(question.text.split()).strip(" ,.?")
    if not (few and question.asks and _WHICH.search(asked)) or _GREETS.search(asked) or len(asked.split()) > _TOO_LONG:
        return ""
    parts = [x for each in answers if (x := written(each.text, "patient", person))]
    said = ", ".join([*parts[:1], *(p[0].lower() + p[1:] for p in parts[1:])])
    return f"asked “{asked}?”: {said}" if said else ""


def goes_on(answer: Clause, after: Clause) -> bool:
    """Whether what follows is another few words of the same answer."""
    few = len(after.text.split()) <= _FEW and not after.asks and not _HAS_VERB.search(after.text)
    return few and after.turn == answer.turn


def _cut(words: str) -> str:
    words = " ".join(words.split()).strip(" ,.-")
    while (shorter := _STOP.sub("", words).strip(" ,.-")) != words:
        words = shorter
    return words
