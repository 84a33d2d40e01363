"""Names of people, as given: after an introduction, or bare where the desk has just asked for one."""

import itertools
import re
from collections.abc import Mapping, Sequence
from typing import Any

from agent.understand.found import Found
from agent.understand.name_shapes import ADDRESS, BREAKS, LETTERS, is_cased, name_words, tidy
from agent.understand.words import Phrases, Word, ordinary, singles, words_of

_MOST_WORDS = 6
_HAN_WORDS = 4
_HANGUL = 2  # syllables of a given name
_BETWEEN = 3  # words between a name and a date of birth: "nato il"


class Names:
    """Reads names with the words of one language's table."""

    def __init__(self, rows: Mapping[str, Any], common: frozenset[str] | None = None) -> None:
        """`common`: `ordinary(rows)`, where the caller has it."""
        self._intro = Phrases({**dict.fromkeys(rows.get("name_intro", ()), "strong"),
                               **dict.fromkeys(rows.get("name_weak_intro", ()), "weak")})  # fmt: skip
        self._of_others = singles(rows, "name_of_others")
        self._family, self._given_label = Phrases(rows.get("family_label", ())), Phrases(rows.get("given_label", ()))
        self._ends = Phrases([*rows.get("name_end", ()), *rows.get("born", ())])
        self._births = singles(rows, "born")
        self._months = ordinary({"months": rows.get("months", {})})
        self._not = Phrases(rows.get("not_names", ()))
        self._given = singles(rows, "given_names")
        common = ordinary(rows) if common is None else common
        self._both = common & self._given  # "Will", "Rose": a name only where a second one follows
        self._ordinary = common - self._given
        self._particles, self._articles = singles(rows, "particles"), singles(rows, "articles")
        self._honorifics, self._titles = singles(rows, "honorifics"), singles(rows, "title_words")
        self._before = Phrases([*rows.get("politeness", ()), *rows.get("agree", ()),
                                *rows.get("agree_weakly", ()), *rows.get("fillers", ()),
                                *rows.get("born", ()), *rows.get("name_before", ())])  # fmt: skip
        self._written = frozenset(map(str, rows.get("names_as_written", ())))
        self._given |= self._written
        self._suffixes = tuple(sorted(map(str, rows.get("name_suffixes", ())), key=len, reverse=True))

    def begins_with_given(self, text: str) -> bool:
        """Is the first word a given name that is known?"""
        return any(w.text in self._given for w in words_of(text)[:1])

    def read(self, text: str, asked: bool) -> Found | None:
        """A whole name is sure; a given name alone, or one that may be other words, is to be asked back."""
        words = self._as_written(text, words_of(text))
        labelled = self._labelled(text, words) or self._glued(words)
        if labelled is not None:
            return labelled
        weak_hit = False
        for index, count, kind in self._intro.found(words):
            if any(w.text in self._of_others for w in words[max(0, index - 2) : index]):
                continue
            weak = kind == "weak"
            weak_hit = weak_hit or (weak and index == 0)
            found = self._introduced(text, words, index + count, weak=weak and not asked)
            if found is not None and not (asked and weak and index > 0 and not found.sure):
                return found
        return self._bare(text, words) if asked else None

    def before(self, text: str, at: int) -> Found | None:
        """A name right before what begins `at`, a date of birth, written as names are: to be read back."""
        words = [w for w in self._as_written(text, words_of(text)) if w.end <= at]
        between = 0
        while words and between < _BETWEEN and (not LETTERS.fullmatch(words[-1].text) or self._leads(text, words)):
            words.pop()
            between += 1
        taken: list[Word] = []
        for i in range(len(words) - 1, max(-1, len(words) - 1 - _HAN_WORDS), -1):
            if taken and any(c in BREAKS or c == "," for c in text[words[i].end : taken[0].start]):
                break
            if text[words[i].start].islower() or not self._may_be_name(text, words, i, first=True):
                break
            taken.insert(0, words[i])
        if not taken or text.isupper() or not self._is_whole(text, words, taken):
            return None
        return self._found(text, taken, sure=False)

    def _as_written(self, text: str, words: Sequence[Word]) -> Sequence[Word]:
        """Names that become a small word where marks are left away: "آنا توريس" is Anna; before a given name, or what
        introduces one, it may be "I"."""
        if not any(name in text for name in self._written):
            return words
        out = list(words)
        for i, (word, after) in enumerate(itertools.pairwise(words)):
            raw = text[word.start : word.end]
            small = after.text in self._given | self._ordinary or self._intro.at(words, i + 1)
            if raw in self._written and not small:
                out[i] = Word(raw, word.start, word.end)
        return out

    def _leads(self, text: str, words: Sequence[Word]) -> bool:
        """Does the last word lead to a date of birth: "born", or a small word such as "del"?"""
        word = words[-1]
        return word.text in self._births or (text[word.start].islower() and word.text not in self._given)

    @staticmethod
    def _is_whole(text: str, words: Sequence[Word], taken: list[Word]) -> bool:
        """Two words with capitals; in a script that has none, a clause of its own of a name's length."""
        first = text[taken[0].start]
        if first.isupper():
            return len(taken) > 1
        at = len(words) - len(taken)
        alone = at == 0 or any(c in BREAKS or c in ",，、" for c in text[words[at - 1].end : taken[0].start])
        return alone and 2 <= name_words(taken, frozenset()) <= _HAN_WORDS

    def intro_before(self, text: str, at: int) -> int:
        """Where what introduces the name at this place begins ("my name is"); the place itself without one."""
        words = words_of(text)
        for index, count, _ in self._intro.found(words):
            if words[index + count - 1].end <= at and not any(
                words[index + count - 1].end < w.end <= at for w in words[index + count :]
            ):
                return words[index].start
        return at

    def known(self, word: str) -> bool:
        """Whether a folded word is a common given name."""
        return word in self._given

    def _labelled(self, text: str, words: Sequence[Word]) -> Found | None:
        """ "Last name Lopez, first name Maria", in either order."""
        family, given = self._family.first(words), self._given_label.first(words)
        if family is None or given is None:
            return None
        runs = [self._run(text, words, label[0] + label[1]) for label in (given, family)]
        if not all(runs):
            return None
        raw = " ".join(text[r[0].start : r[-1].end] for r in runs)
        spans = [w for r in runs for w in r]
        return Found(tidy(raw, self._particles), min(w.start for w in spans), max(w.end for w in spans), 0.95, True)

    def _glued(self, words: Sequence[Word]) -> Found | None:
        """A first word that is a known name with an ending that tells it (김영숙인데요)."""
        for suffix in self._suffixes if words else ():
            stem = words[0].text.removesuffix(suffix)
            if stem != words[0].text and len(stem) > _HANGUL and {stem, stem[1:]} & self._given:
                return Found(stem, words[0].start, words[0].end - len(suffix), 0.6, False)
        return None

    def _introduced(self, text: str, words: Sequence[Word], index: int, *, weak: bool) -> Found | None:
        index = self._honorific(words, index)
        taken = self._run(text, words, index)
        if not taken or words[index].text in self._titles or taken[-1].text.endswith("'s"):
            return None
        after = words[index + len(taken)] if index + len(taken) < len(words) else None
        common = taken[0].text in self._given
        if text[taken[-1].end :].lstrip().startswith("?") and weak:
            return None
        count = name_words(taken, self._particles)
        if weak and not (common or (count >= 2 and (_capitals(text, taken) or self._date_follows(after)))):
            return None
        if (
            count == 1
            and not common
            and not is_cased(text, taken)
            and after is not None
            and not self._date_follows(after)
        ):
            return None
        if not weak and count == 1 and after is not None and not self._closes(text, words, index + len(taken)):
            return None
        return self._found(text, taken, sure=count >= 2 and (common or is_cased(text, taken)))

    def _bare(self, text: str, words: Sequence[Word]) -> Found | None:
        """A message that is a name, perhaps with courtesies before and a date, or a clause, after."""
        index = 0
        while index < len(words):
            step = self._before.skip(words, index)
            step += step < len(words) and words[step].text[0].isdigit()
            if step == index:
                break
            index = step
        index = self._honorific(words, index)
        taken = self._run(text, words, index)
        if not taken or words[index].text in self._titles or "?" in text[taken[-1].end :][:2]:
            return None
        if self._is_surname(text, words, index + len(taken)):
            taken = [*taken, words[index + len(taken)]]
        end = index + len(taken)
        if end < len(words) and not self._closes(text, words, end):
            return None
        common = any(w.text in self._given for w in taken)
        count = name_words(taken, self._particles)
        if count == 1 and not common and (end < len(words) or not is_cased(text, taken)):
            return None  # "fax my records", "helo"
        dated = end < len(words) and self._date_follows(words[end])
        comma = "," in text[taken[0].start : taken[-1].end]
        return self._found(text, taken, sure=count >= 2 and (common or dated or comma or is_cased(text, taken)))

    def _is_surname(self, text: str, words: Sequence[Word], i: int) -> bool:
        """A word that otherwise is none of a name, written with a capital behind a common given name, and nothing but a
        date after it: "Marie Petit", "Sara Dias"."""
        if not 0 < i < len(words) or words[i - 1].text not in self._given or text.isupper():
            return False
        word, gap = words[i], text[words[i - 1].end : words[i].start]
        apart = not gap.isspace() or self._ends.at(words, i) or word.text in self._months
        whole = i + 1 == len(words) or words[i + 1].text[0].isdigit()
        return not apart and whole and text[word.start].isupper() and LETTERS.fullmatch(word.text) is not None

    def _run(self, text: str, words: Sequence[Word], index: int) -> list[Word]:
        """The name's words from `index` on."""
        taken: list[Word] = []
        for i in range(index, min(len(words), index + _MOST_WORDS)):
            word, gap = words[i], text[taken[-1].end : words[i].start] if taken else ""
            if taken and not self._joined(words, index, i, gap, taken):
                break
            if not self._may_be_name(text, words, i, first=not taken):
                break
            taken.append(word)
            if len(taken) == _HAN_WORDS and "\u3400" <= word.text <= "\u9fff":
                break
        while taken and taken[-1].text in self._particles:
            taken.pop()
        if sum(len(w.text) == 1 and w.text.isascii() for w in taken) >= 3:  # spelt aloud: keep what stood before
            taken = taken[: next(i for i, w in enumerate(taken) if len(w.text) == 1)]
        return taken if any(len(w.text) > 1 or not w.text.isascii() for w in taken) else []

    def _joined(self, words: Sequence[Word], index: int, i: int, gap: str, taken: list[Word]) -> bool:
        if "," in gap:  # "garcia lopez, maria": surname first, then nothing but a date or its clause
            rest = i + 1 >= len(words) or words[i + 1].text[0].isdigit() or bool(self._ends.at(words, i + 1))
            two = i + 2 >= len(words) or words[i + 2].text[0].isdigit() or bool(self._ends.at(words, i + 2))
            return i - index <= 3 and "," not in gap.replace(",", "", 1) and (rest or two)
        abbreviated = len(taken[-1].text) <= 2 and gap.strip() == "."
        return abbreviated or not any(c in BREAKS for c in gap)

    def _may_be_name(self, text: str, words: Sequence[Word], i: int, *, first: bool) -> bool:
        word = words[i]
        if not LETTERS.fullmatch(word.text) or (first and word.text in self._articles):
            return False
        if ADDRESS.match(text, word.end):
            return False
        if len(word.text.rpartition("'")[2]) <= 2 and "'" in word.text:  # "where's", "you're"
            return False
        if word.text in self._particles:
            return not first or (i + 1 < len(words) and self._may_be_name(text, words, i + 1, first=False))
        if word.text in self._given and (first or not self._ends.at(words, i)):
            return True
        if self._ends.at(words, i) or self._not.at(words, i):
            return False
        return word.text not in self._ordinary or (not first and text[word.start].isupper() and not text.isupper())

    def _honorific(self, words: Sequence[Word], index: int) -> int:
        return index + (index < len(words) and words[index].text in self._honorifics)

    def _closes(self, text: str, words: Sequence[Word], end: int) -> bool:
        """Whether what follows a name is a date, a clause of its own, or a courtesy."""
        gap = text[words[end - 1].end : words[end].start]
        return (
            words[end].text[0].isdigit()
            or bool(self._ends.at(words, end) or ADDRESS.match(text, words[end].end))
            or any(c in ".;:!\n(/" for c in gap)
            or self._before.skip(words, end) == len(words)
        )

    def _date_follows(self, word: Word | None) -> bool:
        return word is not None and (word.text[0].isdigit() or word.text in self._births)

    def _found(self, text: str, taken: list[Word], *, sure: bool) -> Found | None:
        start, end = taken[0].start, taken[-1].end
        raw = text[start:end]
        for suffix in self._suffixes:
            if raw.endswith(suffix) and len(raw) > len(suffix) + 1:
                raw, end = raw[: -len(suffix)], end - len(suffix)
        value = tidy(raw, self._particles)
        if not re.search(r"\w", value) or (len(taken) == 1 and taken[0].text in self._both):
            return None
        return Found(value, start, end, 0.95 if sure else 0.6, sure)


def _capitals(text: str, taken: list[Word]) -> bool:
    return all(not text[w.start].islower() for w in (taken[0], taken[-1]))
