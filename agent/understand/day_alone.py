"""“10”, “the tenth”, “dez”: a day of the month and nothing else, in answer to the question for a day."""

from collections.abc import Callable
from datetime import datetime

from agent.model.content import Content
from agent.understand.said import Said
from agent.understand.times import Expression

_FEW = 3  # words


def day_alone(
    said: Said, content: Content, times: Callable[[str, str, datetime], list[Expression]]
) -> list[Expression]:
    """The next such day, read as the language says it in a sentence (`day_carriers`: "on the {}"); empty for anything
    else. "dez" is Portuguese for ten before it is short for December."""
    if not said.asked("date") or said.size > _FEW:
        return []
    if any(e.kind != "daterange" for e in times(said.text, said.lang, said.now)):
        return []
    row = content.rows.get("values", {}).get(said.lang, {})
    for carrier in row.get("day_carriers", ()):
        ahead = carrier.index("{}")
        found = times(carrier.replace("{}", said.text.strip(" .")), said.lang, said.now)
        if len(found) == 1 and found[0].kind == "date":
            first, last = max(0, found[0].start - ahead), min(len(said.text), found[0].end - ahead)
            return [found[0].model_copy(update={"start": first, "end": last, "text": said.text[first:last]})]
    return []
