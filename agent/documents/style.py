"""Words as they were said, put into a note's style: fillers out, third person, figures as figures. Adds nothing."""

import re
from dataclasses import dataclass
from typing import Literal

from agent.documents.figures import with_figures
from agent.documents.reading import Role

Sex = Literal["female", "male", ""]


@dataclass(frozen=True)
class Person:
    """How the patient is written of; without a known sex as "the patient" throughout."""

    sex: Sex = ""

    @property
    def subject(self) -> str:
        return {"female": "she", "male": "he", "": "the patient"}[self.sex]

    @property
    def object(self) -> str:
        return {"female": "her", "male": "him", "": "the patient"}[self.sex]

    @property
    def owner(self) -> str:
        return {"female": "her", "male": "his", "": "the patient's"}[self.sex]


LEAD = re.compile(
    r"^(?:(?:good morning|good afternoon|good to see you|nice to (?:see|meet) you|yes|okay|ok|alright|all right|so|"
    r"and|but|um+|uh+|er|well|yeah|yep|yup|mm-?hmm|you know|i mean|like|right|"
    r"great|"
    r"good|sure|hey,? dragon|hey|oh|now|actually|basically|perfect|excellent|awesome|absolutely|exactly|gotcha|got it|"
    r"sorry|anyway|honestly|obviously|again|okay then|and then|also|first of all|let's see|i see|hm+|ah+|because|or|"
    r"definitely|of course|certainly|fine|very good|hi|hello|hey there|doctor|"
    r"doc)\b[-,.; ]*)+",
    re.IGNORECASE,
)
_INSIDE = re.compile(
    r"(?:^|(?<=\s))(?:um+|uh+|er|mm-?hmm|you know|i mean|kind of|kinda|sort of|sorta|basically|literally|"
    r"hey,? dragon|excuse me|or whatever|and stuff(?: like that)?|or anything(?: like that)?|or something"
    r"(?: like that)?|go ahead and|go on and|just|actually|really|honestly|obviously|you see|right here|"
    r"here for you|for me)"
    r"(?=\s|$|,)[ ,]*",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?:(?<!\bis)(?<!\bare)(?<!\bwas)(?<!\bbe)(?<!\bbeen)(?<!\bdoing)(?<!\bfeeling)(?<!\bfeel)(?<!\blooks)[ "
    r",;-]+(?:okay|ok|"
    r"alright|all right)|[ ,;-]+(?:you know|so|and|but|um|uh|or|though|then|yeah|correct|because|in|the|a))+$",
    re.IGNORECASE,
)
_BROKEN = re.compile(r"\b[a-z]{1,3}- ", re.IGNORECASE)
_TWICE = re.compile(r"\b(\w+(?:'\w+)?)(?:[\s,-]+\1\b)+", re.IGNORECASE)
_PHRASE_TWICE = re.compile(r"\b(\w+ \w+(?: \w+)?)(?:[\s,-]+\1\b)+", re.IGNORECASE)
_AGAIN = re.compile(r"(\bthe patient\b(?!')[^.]*?|^denies\b[^.]*?)\bthe patient's\b", re.IGNORECASE)
_SHORT = (
    (re.compile(r"\bgon na\b|\bgonna\b", re.I), "going to"),
    (re.compile(r"\bwan na\b|\bwanna\b", re.I), "want to"),
    (re.compile(r"\bgot ta\b|\bgotta\b", re.I), "have to"),
    (re.compile(r"\bcan not\b|\bcan't\b|\bcannot\b", re.I), "cannot"),
    (re.compile(r"\bwon't\b", re.I), "will not"),
    (re.compile(r"(\w+)n't\b", re.I), r"\1 not"),
    (re.compile(r"\b(i)'m\b", re.I), r"\1 am"),
    (re.compile(r"\b(you|we|they)'re\b", re.I), r"\1 are"),
    (re.compile(r"\b(it|that|there|here|he|she|what)'s (?=been\b|had\b|got\b)", re.I), r"\1 has "),
    (re.compile(r"\b(it|that|there|here|he|she|what)'s\b", re.I), r"\1 is"),
    (re.compile(r"\b(i|you|we|they)'ve\b", re.I), r"\1 have"),
    (re.compile(r"\b(i|you|we|they|he|she|it|that|there)'ll\b", re.I), r"\1 will"),
    (re.compile(r"\b(i|you|we|they|he|she|it)'d (?=been\b|had\b|better\b)", re.I), r"\1 had "),
    (re.compile(r"\b(i|you|we|they|he|she|it)'d\b", re.I), r"\1 would"),
    (re.compile(r"\blet's\b", re.I), "we will"),
    (re.compile(r"\b(i|we) (?:am|are) going to\b", re.I), r"\1 will"),
    (re.compile(r"\bhave got\b", re.I), "have"),
)  # fmt: skip
_ADVERBS = (
    r"(?:(?:also|usually|still|never|always|sometimes|often|only|mostly|mainly|even|probably|recently|normally|"
    r"currently)\s+)?"
)
_BASE = (
    "take feel get think know want need try go use notice work eat drink smoke like sleep wake walk run see say live "
    "start keep come make find look stop hear forget love hate play watch check exercise struggle help wear ride cough "
    "remember believe guess mean experience enjoy drop monitor wonder suppose hurt hope worry suffer tend lift seem "
    "wish agree stand sit bend faint breathe lie move turn reach climb swallow chew vomit bleed itch burn talk "
    "speak choose avoid finish change continue call return follow wash rest lose gain miss skip pronate appreciate "
    "understand deny report bring cook call have do"
).split()
_ODD = {"have": "has", "do": "does", "go": "goes", "watch": "watches", "wish": "wishes", "try": "tries",
        "worry": "worries", "deny": "denies"}  # fmt: skip
_MODAL = r"can|could|will|would|should|may|might|must|had|did"
_VERB = "|".join(_BASE)
# "you" is the one who does it before these; elsewhere it is done to the patient
_DOES = (
    rf"(?:{_MODAL}|cannot|have|has|are|were|was|is|do|did|not|ever|also|still|already|usually|always|never|often|just|only|"
    rf"{_VERB}|[a-z]{{2,}}ed|went|got|came|took|felt|said|told|saw|ate|drank|ran|fell|broke|began|lost|slept|woke|knew|"
    r"thought|kept|made|gave|found|left|heard|hit|cut|meant|brought|bought|stood|sat|quit|having|taking|getting|doing)"
)
_SUBORDINATE = "".join(
    rf"(?<!\b{w} )" for w in "if when because that as while after before until once since how what where".split()
)
_ASKING = _SUBORDINATE + r"(?<!\bdo )(?<!\bdid )(?<!\bhave )(?<!\bare )(?<!\bwere )(?<!\bcan )(?<!\bcould )"
_TO_YOU = re.compile(
    rf"{_ASKING}\byou\b(?! {_DOES}\b)|(?<=\bwant )you\b|(?<=\blike )you\b(?= to\b)|(?<=\bto )you\b|(?<=\blet )you\b"
    r"|(?<=\bgive )you\b|(?<=\bhelp )you\b|(?<=\bsee )you\b|(?<=\bwe have )you\b|(?<=\bwill have )you\b|"
    r"(?<!\bif )\byou\b(?= to [a-z])",
    re.IGNORECASE,
)


def written(text: str, speaker: Role, person: Person | None) -> str:
    """`text` as a note has it; empty where nothing is left. `speaker` says who "I" and "you" are; without a person it
    stays said to the patient."""
    text = " ".join(text.replace("’", "'").split())
    text = _BROKEN.sub("", text)
    for pattern, good in _SHORT:
        text = pattern.sub(good, text)
    text = LEAD.sub("", _INSIDE.sub(" ", text).strip(" ,-."))
    text = _PHRASE_TWICE.sub(r"\1", _TWICE.sub(r"\1", text))
    text = _TAIL.sub("", text.strip(" ,-.;"))
    if person is None:
        text = re.sub(r"\bi\b", "I", text)
    elif speaker == "patient":
        text = _of_patient(text, person, "i", "am", "me", "my", "myself")
    else:
        text = _of_patient(_TO_YOU.sub("@@", text), person, "you", "are", "@@", "your", "yourself")
    return _tidy(with_figures(text))


def sentence(text: str) -> str:
    """With a capital at the start and a full stop at the end."""
    text = text.strip(" ,;-")
    if not text:
        return ""
    text = _AGAIN.sub(r"\1their", text[0].upper() + text[1:])
    return text if text[-1] in ".?!:" else text + "."


def _of_patient(text: str, person: Person, subject: str, be: str, object_: str, owner: str, self_: str) -> str:
    they, flags = person.subject, re.IGNORECASE

    def verb(found: re.Match[str]) -> str:
        base = found[2].lower()
        return f"{they} {found[1] or ''}{_ODD.get(base, base + 's')}"

    at = r"(?<![\w'])"
    text = re.sub(
        rf"{at}(?:{be}|do|did|have|were|was) {subject}\b(?= \w)", lambda m: _asked(m[0], they), text, flags=flags
    )
    text = re.sub(rf"{at}{subject} {be}\b", f"{they} is", text, flags=flags)
    text = re.sub(rf"{at}{subject} were\b", f"{they} was", text, flags=flags)
    free = "(?<!do )(?<!did )"
    text = re.sub(rf"{free}{at}{subject} ({_ADVERBS})({_VERB})\b", verb, text, flags=flags)
    if object_ == "@@":
        text = re.sub(r"@@$|@@(?=\W)", person.object, text)
    else:
        text = re.sub(rf"{at}{object_}\b", person.object, text, flags=flags)
    text = re.sub(rf"{at}{subject}\b(?!')", they, text, flags=flags)
    text = re.sub(rf"{at}{owner}\b", person.owner, text, flags=flags)
    text = re.sub(
        rf"{at}{self_}\b", {"female": "herself", "male": "himself", "": "themselves"}[person.sex], text, flags=flags
    )
    text = re.sub(rf"(?<!does )(?<!did )(?<!to )(?<!has )(?<!is )\b({they}) (have|do)\b", _agreeing, text, flags=flags)
    return re.sub(r"\bi\b", "I", text)


def _agreeing(found: re.Match[str]) -> str:
    return f"{found[1]} {'has' if found[2].lower() == 'have' else 'does'}"


def _asked(words: str, they: str) -> str:
    first = words.split(maxsplit=1)[0].lower()
    return {"am": "is", "are": "is", "do": "does", "have": "has", "were": "was"}.get(first, first) + f" {they}"


def _tidy(text: str) -> str:
    text = re.sub(r"\s+([,.;:?!%])", r"\1", text)
    text = re.sub(r"\s{2,}", " ", re.sub(r"(\d) ?\. ?(?=\d)", r"\1.", text))
    return re.sub(r"(?:,\s*){2,}", ", ", text).strip(" ,;-.")
