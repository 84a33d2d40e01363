"""Who a visit is for, and what it is for, in the patient's own words."""

from collections.abc import Mapping
from typing import Any

from agent.understand.found import Found
from agent.understand.words import Phrases, phrase, words_of

_SELF = "self"
_MOST = 160  # characters of a reason


class Relations:
    """Reads relation and reason with the words of one language's table."""

    def __init__(self, rows: Mapping[str, Any]) -> None:
        self._kinds = {kind: Phrases(words) for kind, words in rows.get("relations", {}).items()}
        self._complaints = {w for p in rows.get("complaint_words", ()) for w in phrase(str(p))}
        self._intro = Phrases(rows.get("reason_intro", ()))
        self._polite = Phrases(rows.get("politeness", ()))
        self._lead = {w for p in rows.get("reason_lead", ()) for w in phrase(str(p))}

    def relation(self, text: str) -> Found | None:
        """The first person named; "for me" only where nobody else is."""
        words = words_of(text)
        hits = [(i, n, kind) for kind, phrases in self._kinds.items() for i, n in phrases.all(words)]
        others = sorted(h for h in hits if h[2] != _SELF) or sorted(hits)
        if not others:
            return None
        index, count, kind = others[0]
        return Found(kind, words[index].start, words[index + count - 1].end, 0.9)

    def reason(self, text: str, asked: bool) -> Found | None:
        """The words that say what for. Asked: the whole answer without courtesies, unless it is a question.
        Not asked: from a lead-in or complaint to the end of its clause."""
        words = words_of(text)
        if not words:
            return None
        if asked:
            first, last = 0, len(words)
            while first < last and (count := self._polite.at(words, first)):
                first += count
            if first >= last or text.rstrip().endswith("?") or len(words[first:]) == 1 and words[first].text.isdigit():
                return None
            start, end = words[first].start, words[-1].end
            return Found(text[start:end][:_MOST], start, min(end, start + _MOST), 0.95)
        complaint = next((i for i, w in enumerate(words) if w.text in self._complaints), None)
        if complaint is None:
            return None
        begin = complaint
        for i, n in self._intro.all(words):
            if i <= complaint <= i + n + 4 and not _broken(text, words[i].end, words[complaint].start):
                begin = min(i, complaint)
                break
        while begin < complaint and words[begin].text in self._lead:
            begin += 1
        end = complaint
        while end + 1 < len(words) and end - begin < 12 and not _broken(text, words[end].end, words[end + 1].start):
            end += 1
        return Found(text[words[begin].start : words[end].end], words[begin].start, words[end].end, 0.8)


def _broken(text: str, a: int, b: int) -> bool:
    return any(c in text[a:b] for c in ".,;:!?\n")
