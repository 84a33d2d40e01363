"""Who a visit is for, and what it is for, in the patient's own words."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from agent.understand.found import Found
from agent.understand.words import Phrases, Word, singles, words_of

_SELF = "self"
_SHORT = 4  # words; a message this short that names somebody means them
_MOST = 160  # characters of a reason
_CLAUSE = 12  # words
_ABOUT = 16  # words of a clause that is likely to be about the person it names
_HAN = re.compile("[\u3400-\u9fff]")


class Relations:
    """Reads relation and reason with the words of one language's table."""

    def __init__(self, rows: Mapping[str, Any]) -> None:
        kinds = rows.get("relations", {})
        self._kinds = Phrases({p: kind for kind, words in kinds.items() for p in words})
        self._bare = singles(rows, "kin_bare")
        self._possessives, self._articles = singles(rows, "possessives"), singles(rows, "articles")
        self._between, self._aside = singles(rows, "relation_fillers"), singles(rows, "relation_aside")
        self._for, self._verbs = singles(rows, "relation_for"), Phrases(rows.get("relation_verbs", ()))
        self._before_self = singles(rows, "before_self")
        self._not_patient = Phrases(rows.get("not_patient", ()))
        self._complaints = Phrases(rows.get("complaint_words", ()))
        self._body = Phrases(rows.get("body_words", ()))
        self._lead, self._own = Phrases(rows.get("reason_intro", ())), Phrases(rows.get("reason_start", ()))
        self._stop = Phrases(rows.get("reason_end", ()))
        self._asking, self._orders = Phrases(rows.get("question_words", ())), Phrases(rows.get("order_words", ()))
        answers = (*rows.get("politeness", ()), *rows.get("fillers", ()))
        self._polite, self._answer = (
            Phrases(answers),
            Phrases([*answers, *(p for t in ("agree", "agree_weakly", "refuse") for p in rows.get(t, ()))]),
        )

    # -- relation ------------------------------------------------------------------------------------------------

    def relation(self, text: str) -> Found | None:
        """The first person the visit is for; "for me" only where nobody else is. Not sure where two are named."""
        words = words_of(text)
        said = self._kinds.found(words)
        starts = {i for i, _, _ in said}  # "my 80 year old mother": the last of a chain is meant
        chosen = [s for s in said if s[0] + s[1] not in starts]
        hits = [h for s in chosen if (h := self._weigh(text, words, *s)) is not None]
        others = [h for h in hits if h[2] != _SELF] or hits
        if not others:
            return None
        first, last, kind, sure = others[0]
        sure = sure and len({h[2] for h in others}) == 1
        return Found(kind, words[first].start, words[last].end, 0.95 if sure else 0.6, sure)

    def _weigh(self, text: str, words: Sequence[Word], i: int, n: int, kind: str) -> tuple[int, int, str, bool] | None:
        """(first word, last word, kind, sure) of one mention; None where it is not the patient."""
        if kind == _SELF:
            alone = n == len(words)
            led = n > 1 and (i == 0 or words[i - 1].text in self._before_self)
            ends = (
                i + n == len(words)
                or bool(self._polite.at(words, i + n))
                or _broken(text, words[i + n - 1], words[i + n])
            )
            return (i, i + n - 1, kind, True) if alone or (led and ends) else None
        first, last = self._owned(words, i, n)
        if first < 0:
            return None
        if {w.text for w in words[max(0, first - 2) : first]} & self._aside:
            return None  # "call my wife", "I live with my sister"
        lead = any(w.text in self._for for w in words[max(0, first - 1) : first])
        after = last + 1
        if not lead and after < len(words) and self._not_patient.at(words, after):
            return None
        needs = after < len(words) and bool(self._verbs.at(words, after))
        if lead or needs or len(words) <= _SHORT:
            return first, last, kind, True
        return (first, last, kind, False) if self._is_about(text, words, i, last - first) else None

    @staticmethod
    def _is_about(text: str, words: Sequence[Word], i: int, named: int) -> bool:
        """Is the clause about the person that it names: not long, and no bare address ("Yes, my child, on Monday")?"""
        first = last = i
        while first and not _broken(text, words[first - 1], words[first]):
            first -= 1
        while last + 1 < len(words) and not _broken(text, words[last], words[last + 1]):
            last += 1
        unspaced = sum(1 for w in words[first : last + 1] if _HAN.match(w.text))
        address = last - first <= named and last + 1 - first < len(words)
        return not address and last + 1 - first - unspaced / 2 <= _ABOUT

    def _owned(self, words: Sequence[Word], i: int, n: int) -> tuple[int, int]:
        """The mention with its "my" before or after it, where it needs one; (-1, -1) where it has none."""
        if not self._possessives or any(w.text in self._possessives for w in words[i : i + n]):
            return i, i + n - 1
        if any(w.text in self._bare for w in words[i : i + n]):
            return i, i + n - 1
        if n > 1 and (n == len(words) or (i and words[i - 1].text in self._for)):  # "someone else"
            return i, i + n - 1
        at = i - 1
        while at >= 0 and i - at <= 5 and (words[at].text in self._between or words[at].text[0].isdigit()):
            at -= 1
        if at >= 0 and words[at].text in self._possessives:
            return at, i + n - 1
        if i + n < len(words) and words[i + n].text in self._possessives:
            return i, i + n
        if at >= 1 and words[at].text in self._articles and words[at - 1].text in self._for:
            return at, i + n - 1
        return -1, -1

    # -- reason --------------------------------------------------------------------------------------------------

    def reason(self, text: str, asked: bool) -> Found | None:
        """The words that say what for. Asked: the whole answer without courtesies, unless it is a question or an
        order. Not asked: the clause around a complaint or a kind of care."""
        words = words_of(text)
        if not words:
            return None
        return self._whole(text, words) if asked else self._clause(text, words)

    def _whole(self, text: str, words: Sequence[Word]) -> Found | None:
        first = self._polite.skip(words, 0)
        last = len(words)
        while last > first and (cut := self._ends_politely(words, first, last)):
            last -= cut
        if first >= last or self._answer.skip(words, first) >= last or not self._says_something(words[first:last]):
            return None
        if "?" in text[words[last - 1].end :] or "¿" in text or "؟" in text or "？" in text:
            return None
        if self._asking.at(words, first) or self._orders.at(words, first):
            return None
        led = self._lead.match(words, first)
        if led and first + led[0] < last:
            first += led[0]
        start, end = words[first].start, min(words[last - 1].end, words[first].start + _MOST)
        return Found(text[start:end], start, end, 0.95)

    def _ends_politely(self, words: Sequence[Word], first: int, last: int) -> int:
        return next((n for n in range(1, 4) if last - n > first and self._polite.at(words[:last], last - n) == n), 0)

    @staticmethod
    def _says_something(words: Sequence[Word]) -> bool:
        return any(not w.text[0].isdigit() and (len(w.text) > 1 or not w.text.isascii()) for w in words)

    def _clause(self, text: str, words: Sequence[Word]) -> Found | None:
        for index in range(len(words)):
            size = self._complaints.at(words, index) or self._aching(words, index)
            if not size:
                continue
            begin, end = self._bounds(text, words, index, size)
            asks = "?" in text[words[end - 1].end : words[end - 1].end + 2]
            led = self._lead.at(words, begin)
            if asks and (not led or words[begin].text in self._articles):
                continue
            if led:
                begin += min(led, index - begin)
            start, stop = words[begin].start, words[end - 1].end
            return Found(text[start:stop][:_MOST], start, min(stop, start + _MOST), 0.8)
        return None

    def _aching(self, words: Sequence[Word], index: int) -> int:
        """A part of the body counts with its "my" before it."""
        size = self._body.at(words, index)
        return size if size and index and words[index - 1].text in self._possessives else 0

    def _bounds(self, text: str, words: Sequence[Word], index: int, size: int) -> tuple[int, int]:
        """[begin, end) of the clause: back to its lead-in or the start of the clause, on to a stop or a date."""
        begin = index
        for i in range(index - 1, max(-1, index - 7), -1):
            if _broken(text, words[i], words[i + 1]):
                break
            beside = i + 1 == begin and bool(self._body.at(words, i))  # "knee pain"
            led = self._lead.at(words, i)
            if beside or led or self._own.at(words, i):
                begin = i
            if led and words[i].text not in self._articles:
                break
        end = index + size
        while end < len(words) and end - begin < _CLAUSE and not _broken(text, words[end - 1], words[end]):
            if self._stop.at(words, end):
                break
            end += 1
        return begin, end


def _broken(text: str, a: Word, b: Word) -> bool:
    return any(c in text[a.end : b.start] for c in ".,;:!?¿¡\n。，？！")
