"""What a translator's file would change: message by message against the draft and what is published. What a file says
of its own making is believed only where it makes a message count for less; nobody's reading comes in by a file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from agent.content.items import place
from agent.content.marks import plain_note
from agent.content.read_po import CONTROL, source_hash
from agent.exchange.opening import refused
from agent.exchange.unit import Told, Unit, english_of
from agent.model.content import Content
from agent.model.edit import Item
from agent.model.fault import Refused

_HASH = re.compile(r"[0-9a-f]{12}")


@dataclass
class Compared:
    """`changed`: name -> the item as it would stand in the draft; `left`: why something stays out; `remarks`: what
    somebody should know of what is taken; `lines`: name -> where it stands in the file."""

    changed: dict[str, Item] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)
    remarks: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)


def compared(
    told: Told, name: str, content: Content, lang: str, published: Mapping[str, Item], drafted: Mapping[str, Item]
) -> Compared:  # fmt: skip
    """Raises ContentFault for a file of another language. `published`, `drafted`: name of the message -> item."""
    if told.lang and told.lang.replace("_", "-").split("-")[0].lower() != lang.split("-", maxsplit=1)[0].lower():
        fix = f"Choose the file for {content.languages[lang].english}, or open that language's page."
        raise refused(name, 0, f"the file says that it is for the language “{told.lang[:20]}”", fix)
    out = Compared(lines={unit.name: unit.line for unit in told.units})
    for unit in told.units:
        why = _left(unit, content, lang, unit.name in drafted or unit.name in published)
        if why is not None:
            if why:
                out.left[unit.name] = why
            continue
        item, remark = _item(unit, content, lang, published.get(unit.name), drafted.get(unit.name))
        if item != (drafted.get(unit.name) or published.get(unit.name)):
            out.changed[unit.name] = item
        if remark:
            out.remarks[unit.name] = remark
    return out


def _left(unit: Unit, content: Content, lang: str, stands: bool) -> str | None:
    """Why it is left out ("": without a word); None where it is taken."""
    try:
        place(f"message/{lang}/{unit.name}")
    except Refused:
        return "that is no name of a message"
    if english_of(content.messages["en"], unit.name) is None:
        return "there is no such message"
    if unit.waits == "empty":
        return "it is empty; what stands here stays" if stands else ""
    if unit.waits:
        return unit.waits
    strange = next((found for text in (unit.text, *unit.plural) if (found := CONTROL.search(text))), None)
    return f"an invisible character (U+{ord(strange[0]):04X})" if strange else None


def _item(
    unit: Unit, content: Content, lang: str, published: Item | None, drafted: Item | None
) -> tuple[Item, str]:  # fmt: skip
    """The message as the file has it, and a remark or nothing."""
    note = plain_note(unit.note) if unit.note is not None else None
    known = next((item for item in (drafted, published) if item is not None and _same(unit, item)), None)
    remark = ""
    if unit.reviewer and (known is None or known.get("reviewer") != unit.reviewer):
        remark = f"the file says that {unit.reviewer[:80]} has read it: that counts once they say so here"
    if known is not None:
        told = {"origin": "machine"} if unit.origin == "machine" and not known.get("reviewer") else {}
        noted = {"note": note} if note and note != known.get("note", "") else {}
        return known | told | noted, remark
    english = english_of(content.messages["en"], unit.name)
    now = source_hash(*english.texts) if english is not None and lang != "en" else ""
    made_from = unit.made_from if now and _HASH.fullmatch(unit.made_from) else now
    if now and english is not None and not set(unit.beside) <= set(english.texts):
        made_from = source_hash(*unit.beside)
    if made_from != now:
        remark = "; ".join(x for x in (remark, "it was made from an older English text") if x)
    kept = (drafted or published or {}).get("note", "")
    item: Item = {
        "text": unit.text.strip(), "plural": [text.strip() for text in unit.plural],
        "origin": "machine" if unit.origin == "machine" else "translator", "reviewer": "", "source": made_from,
    }  # fmt: skip
    return item | ({"note": note or kept} if note or kept else {}), remark


def _same(unit: Unit, item: Item) -> bool:
    texts = [unit.text, *unit.plural]
    other = [item.get("text"), *(item.get("plural") or ())]
    return texts == other or [text.strip() for text in texts] == other
