"""Asks a language model for translations and for other ways to say something, and checks what comes as if a person had
typed it; what does not pass is kept with its reason and not shown. Nothing of it enters the draft here."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from agent.content.check_corpus import fold
from agent.content.plurals import forms
from agent.content.read_po import source_hash
from agent.desk import suggestions
from agent.desk.desk import Desk
from agent.exchange.sheet import unclean
from agent.model.content import Content
from agent.model.edit import Edit, Item
from agent.model.fault import Refused
from agent.model.patient import StaffUser
from agent.model.suggestion import Suggestion
from agent.ports.replies import DraftOutcome
from agent.ports.suggestions import AskedWording
from agent.sifting import sift_sentences
from agent.workbench import Workbench

MOST_PHRASES = 10
LONGEST_PHRASE = 200  # characters
_ALIKE = 6  # translations, and sentences, that are sent along as examples
_SHORT, _LONGER = 60, 3  # a translation has at most so many characters more than so many times the English
_FEWEST_WORDS = 4  # of which it can be told whether they are of the language
_DANGER = ("emergency", "self_harm")
_ADDRESS = re.compile(r"(?:https?:|www\.|\S@)\S+", re.IGNORECASE)
_ORDERS = re.compile(
    r"\b(?:ignor|disregard|forget|olvid|oubli|vergiss)\w*\W+(?:\w+\W+){0,3}(?:rules?|instructions?|prompt|reglas|"
    r"instrucciones|règles|regeln|anweisungen)\b|\bsystem prompt\b|\bas an ai\b|\blanguage model\b",
    re.IGNORECASE,
)

Told = tuple[list[Suggestion], DraftOutcome]


def translation(bench: Workbench, desk: Desk, by: StaffUser, lang: str, name: str, about: str) -> Told:
    """A translation of a message, checked as at a publish. `about`: where it is said. Raises Refused without a model
    and where there is nothing to translate."""
    writer, key = _writer(desk), f"message/{lang}/{name}"
    content = bench.shelf().reading.content
    english = content.messages["en"].get(name) or content.messages["en"].get(name.split("@", maxsplit=1)[0])
    if english is None or lang == "en":
        raise Refused("there is nothing to translate")
    of = forms(lang) if english.plural else ()
    if of:
        about = f"{about}; one text for each number: {', '.join(f'{form.name} ({form.examples})' for form in of)}"
    asked = AskedWording("translation", content.languages[lang].english, english.text, about,
                         _translated(content, lang, name), max(1, len(of)))  # fmt: skip
    told = writer.draft(asked)
    source, proposed = source_hash(*english.texts), list[suggestions.Proposed]()
    if told.texts:
        value = message_of(told.texts, source, plural=bool(of))
        odd = next((why for text in told.texts if (why := _odd(content, lang, text, english.text))), "")
        proposed.append((told.texts, odd or next(iter(bench.faults_at(key, value)), "")))
    return suggestions.keep(desk, by, key, told, proposed, source, anew=True), told.outcome


def message_of(texts: Sequence[str], source: str, *, plural: bool) -> Item:
    """A message as a machine has written it, read by nobody."""
    return {"text": texts[-1], "plural": list(texts) if plural else [], "origin": "machine", "reviewer": "",
            "source": source}  # fmt: skip


def phrases(bench: Workbench, desk: Desk, by: StaffUser, lang: str, intent: str, edits: Mapping[str, Edit]) -> Told:
    """Other ways to say what an intent means. The model is shown sentences of the content's files alone: what was ever
    taken over from patients' words stays here. `edits`: the draft. Raises Refused without a model."""
    writer, key = _writer(desk), f"intent/{lang}/{intent}"
    content = bench.shelf().reading.content
    now = edits[key].value if key in edits else bench.published(key)
    if now is None:
        raise Refused("there is no such intent in this language")
    with desk.store.begin(write=False) as tx:
        waiting = tx.suggestions.open(desk.clinic.id, key)
        heard = {fold(look.text) for look in tx.looks.by_verdict(desk.clinic.id, "wrong", 5000)}
    filed = bench.files().content.rows.get("corpus", {}).get(lang, {}).get(intent, {})
    alike = [str(x) for x in filed.get("examples") or () if fold(str(x)) not in heard][:_ALIKE]
    asked = AskedWording("phrases", content.languages[lang].english, content.intents[intent].describe,
                         alike=tuple(("", text) for text in alike), most=MOST_PHRASES)  # fmt: skip
    told = writer.draft(asked)
    others = {k: edit.value for k, edit in edits.items() if not k.startswith(f"intent/{lang}/")}
    drafted = {k.rpartition("/")[2]: e.value for k, e in edits.items() if k.startswith(f"intent/{lang}/")}
    texts = [" ".join(text.split()) for text in told.texts]
    why = unfit(bench, desk, lang, intent, texts, now, drafted, others, [t for s in waiting for t in s.texts])
    return suggestions.keep(desk, by, key, told, [((t,), w) for t, w in why], anew=False), told.outcome


def unfit(
    bench: Workbench, desk: Desk, lang: str, intent: str, texts: Iterable[str], now: Item, drafted: Mapping[str, Item],
    others: Mapping[str, Item], waiting: Iterable[str], said: Collection[str] = (),
) -> list[tuple[str, str]]:  # fmt: skip
    """Each sentence with why it may not be an example of the intent ("": it may): the checks of a publish, and whether
    it says what stands or waits there already; of a machine's also whether it is odd, long or urgent. `said`: those
    that a patient has said and a colleague has given their meaning."""
    content = bench.shelf().reading.content
    known = {fold(_text(x)): "stands here already" for part in ("examples", "not_this", "tests") for x in now[part]}
    known |= {fold(text): "waits here already" for text in waiting}
    rings = [str(x) for x in now["examples"] if desk.gate.read(str(x), lang).cls in _DANGER]
    calm = 2 * len(rings) < len(now["examples"])  # most of what is said for it is no alarm
    why: dict[str, str] = {}
    for text in texts:
        folded = fold(text)
        found = "it says nothing" if not folded else f"it {known[folded]}" if folded in known else ""
        machine = text not in said
        if not found and machine and len(text) > LONGEST_PHRASE:
            found = f"it has more than {LONGEST_PHRASE} characters"
        found = found or unclean(text) or (_odd(content, lang, text, None) if machine else "")
        if not found and machine and calm and desk.gate.read(text, lang).cls in _DANGER:
            found = "it sounds like an emergency"
        known.setdefault(folded, "says the same as another one")
        why.setdefault(text, found)
    fit = [text for text, found in why.items() if not found]
    changed = {**drafted, intent: {**now, "examples": [*now["examples"], *fit]}}
    before = {**drafted, intent: now}
    bad, none = sift_sentences(bench, lang, changed, before, others)
    for text in fit:
        why[text] = bad.get((intent, "examples", text)) or none.get(intent) or ""
    return list(why.items())


def _writer(desk: Desk) -> Any:
    if desk.wording is None:
        raise Refused("no language model is set up here")
    return desk.wording


def _translated(content: Content, lang: str, name: str) -> tuple[tuple[str, str], ...]:
    """Messages of the same area that stand in both languages, those that somebody has read first."""
    area, english, own = name.split(".", maxsplit=1)[0], content.messages["en"], content.messages[lang]
    found = [key for key in own if key in english and key != name and key.startswith(f"{area}.") and "@" not in key]
    found.sort(key=lambda key: own[key].unread)
    return tuple((english[key].text, own[key].text) for key in found[:_ALIKE])


def _odd(content: Content, lang: str, text: str, english: str | None) -> str:
    """What no check of content looks for, since no person types it: addresses, numbers that nobody gave, orders to a
    machine, another language. `english`: what it translates."""
    if _ADDRESS.search(text):
        return "it holds an address"
    if _ORDERS.search(text):
        return "it speaks to a machine, not to a patient"
    if english is not None:
        if strange := _numbers(text) - _numbers(english):
            return f"it names a number that the English does not: {min(strange)}"
        if len(text) > _LONGER * len(english) + _SHORT:
            return "it is much longer than the English"
    if lang != "en" and _foreign(content, lang, text):
        return f"it does not read like {content.languages[lang].english}"
    return ""


def _numbers(text: str) -> set[int]:
    digits = "".join(str(unicodedata.digit(c)) if unicodedata.digit(c, None) is not None else c for c in text)
    return {int(found) for found in re.findall(r"[0-9]{1,30}", digits)}


def _foreign(content: Content, lang: str, text: str) -> bool:
    """More of its words are known from the English wording than from that of the language."""
    words = set(fold(re.sub(r"\{\w+\}", " ", text)).split()) - {"?"}
    known = {tag: sum(word in _words(content, tag) for word in words) for tag in ("en", lang)}
    return len(words) >= _FEWEST_WORDS and known["en"] > known[lang]


def _words(content: Content, tag: str) -> set[str]:
    texts = [message.text for message in content.messages[tag].values()]
    return {word for text in texts for word in fold(text).split()}


def _text(entry: object) -> str:
    return str(entry["text"]) if isinstance(entry, Mapping) else str(entry)
