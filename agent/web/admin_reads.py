"""How a message reads on each channel that it is for: with the longest values, in each plural form, and with the
channel's own wording where it has one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from agent.content.items import of_message
from agent.content.plurals import COUNT, PluralForm, forms
from agent.dialogue.spoken import Voice, listed
from agent.dialogue.wording import placeholders, render
from agent.model.content import Content, Message
from agent.model.edit import Item
from agent.model.effect import Say
from agent.text_lengths import BUDGET, longest_values
from agent.web.admin_room import Admin
from channels.splitting import encoding, segments

CHANNELS = {"sms": "As a text", "chat": "On the page", "voice": "Read aloud"}


def boxes_of(source: Message, lang: str) -> list[PluralForm | None]:
    """What a message has a box for: each plural form of the language where English has its own, else one (None)."""
    return list(forms(lang)) if source.plural else [None]


def filled(item: Item | None, boxes: list[PluralForm | None]) -> list[str]:
    """The text for each box; of a message that was one text, in the last."""
    held = item or {"text": ""}
    if boxes == [None]:
        return [held["text"]]
    told = list(held.get("plural") or ())
    return told if len(told) == len(boxes) else [*[""] * (len(boxes) - 1), held["text"]]


def read_on(admin: Admin, content: Content, lang: str, name: str, texts: list[str]) -> list[dict[str, Any]]:
    """How each text reads on each channel, with the longest values; `texts`: how many text messages it takes; `form`:
    the plural form; `own`: the wording that the channel has for itself, in the draft or published, where `name` is the
    one for all."""
    bare, _, only = name.partition("@")
    message = content.messages["en"].get(bare)
    if message is None:
        return []
    out = []
    for channel, title in CHANNELS.items():
        if only and channel != only:
            continue
        own = "" if only else f"{bare}@{channel}"
        wording = _own(admin, content, lang, own) if own else None
        boxes = boxes_of(content.messages["en"].get(own or name) or message, lang)
        said = filled(wording, boxes) if wording is not None else texts
        voice = Voice(content, admin.bench.shelf().clinic, lang, channel, admin.desk.clock())
        longest = longest_values(voice)
        for text, form in zip(said, boxes, strict=False):
            shown = _rendered(voice, message, text, form, longest)
            how = encoding(shown)
            count = segments(shown) if channel == "sms" else 0
            out.append({"title": title, "channel": channel, "text": shown, "texts": count, "most": BUDGET[how],
                        "encoding": how, "form": form, "own": own if wording is not None else ""})  # fmt: skip
    return out


def _own(admin: Admin, content: Content, lang: str, name: str) -> Item | None:
    """The wording that a channel has for itself."""
    edit, message = admin.edit(f"message/{lang}/{name}"), content.messages[lang].get(name)
    if edit is not None:
        return edit.value
    return of_message(message) if message is not None else None


def _rendered(
    voice: Voice, message: Message, text: str, form: PluralForm | None, longest: Mapping[str, str]
) -> str:  # fmt: skip
    book = _plainly(voice.content.messages[voice.locale], message.key)
    words = message.model_copy(update={"text": text, "plural": ()})
    trial = replace(voice.content, messages={**voice.content.messages, voice.locale: book | {message.key: words}})
    values = {n: longest[n] for n in placeholders(text) if n in longest}
    if form is not None:
        values |= _counted(voice, values, form)
    return render(replace(voice, content=trial), Say(key=message.key, values=values)).text


def _counted(voice: Voice, values: Mapping[str, str], form: PluralForm) -> dict[str, str]:
    """A number of the form; and of what stands on lines of its own no more than that, in one sentence where it is read
    aloud."""
    number = next((n for n in form.numbers if n), 0)
    lines = {n: v.split("\n")[: max(1, number)] for n, v in values.items()}
    if voice.channel == "voice":
        told = {n: listed(voice, [x.removeprefix("- ") for x in some]) for n, some in lines.items()}
    else:
        told = {n: "\n".join(some) for n, some in lines.items()}
    return told | {COUNT: str(number)}


def _plainly(book: Mapping[str, Message], name: str) -> dict[str, Message]:
    """The book without a channel's own wording of that message."""
    return {key: message for key, message in book.items() if not key.startswith(f"{name}@")}
