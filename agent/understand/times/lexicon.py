"""Turns pieces of text into tokens by a language's word rows, typing slips forgiven; builds no dates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from unicodedata import normalize

from rapidfuzz.distance import OSA

from agent.understand.times.readings import Keys, numbered, numeric
from agent.understand.times.tokens import Piece, Token, fold, marked
from agent.understand.times.writing import Writing

LITERAL = "="
SHORTEST_SLIP = 6
"""Words of fewer letters are taken only as written: "marzo" and "marco" are one slip apart."""

LONGEST_SLIP = 40
"""Longer runs of letters are no word of any row, and looking near them takes time that grows with their square."""

REMEMBERED = 500
"""Words of one language that are looked up once: they are patients', and the first ones heard are the common ones."""


class Lexicon:
    """The words of one language. `words` maps class -> spellings, or class -> value -> spellings.

    Three rows are for other ways of writing. `spaced: false`: no spaces between words, every letter is cut off.
    `glued: true`: spaces, but endings are glued on; a word of one letter then counts only where a word begins or
    right behind another that is known. `marks: true`: marks make words ("sáu" six, "sau" after); a spelling is
    heard with its marks or with none at all, but one of `marked` only with them.

    Other rows: `skip` words are passed over wherever they stand. `prefixes` maps what is glued to the front of a
    word onto the words it stands for. `alike` maps a letter onto those taken for it. `accented` words need their
    accent where accents otherwise do not count. `unit_joiner` ties ones to the tens behind them ("five and
    twenty"), `ordinal_word` makes a date of figures before it ("20 ko")."""

    def __init__(self, rows: Mapping[str, Any], literals: Iterable[str]) -> None:
        literals = set(literals)
        self.writing = Writing(rows, literals)
        self.glued: bool = rows.get("glued", False)
        self.marked: set[str] = {marked(str(word)) for word in rows.get("marked", [])}
        self.particles = self._words(rows, "particles", self.writing.plain)
        self.longest_particle = max(map(len, self.particles), default=0)
        self.root: dict[str, Any] = {}
        self.weak = self._words(rows, "weak", self.writing.plain)
        self.suffixes = self._words(rows, "ordinal_suffix")
        self.number_suffixes = self._words(rows, "number_suffix")
        self.endings = self.suffixes | self.number_suffixes
        self.ordinal_words = self._words(rows, "ordinal_word")
        self.joiners = self._words(rows, "number_joiner")
        self.unit_joiners = self._words(rows, "unit_joiner")
        self.exact = self._words(rows, "exact", self.writing.plain)
        self.accented = {self.writing.fold(str(word)): str(word).casefold() for word in rows.get("accented", [])}
        self.slips: dict[str, list[str]] = {}
        self.known: dict[str, Keys | None] = {}
        for name, entries in rows["words"].items():
            self._add_class(str(name), entries)
        for phrase in rows.get("never", []):
            self._add(str(phrase), "never", None)
        for phrase in rows.get("skip", []):
            self._add(str(phrase), "skip", None)
        for word in literals:
            self._add(word, LITERAL + fold(word), None)
        for word in rows.get("forgive", []):
            self._forgive(rows["words"][word])

    def _words(self, rows: Mapping[str, Any], key: str, folded: Callable[[str], str] = fold) -> set[str]:
        return {folded(str(word)).translate(self.writing.alike) for word in rows.get(key, [])}

    def _add_class(self, name: str, entries: Any) -> None:
        if isinstance(entries, Mapping):
            for value, spellings in entries.items():
                if not isinstance(spellings, list):
                    raise ValueError(f"words.{name}.{value}: a list of spellings is needed")
                for spelling in spellings:
                    self._add(spelling, name, value)
        elif isinstance(entries, list):
            for spelling in entries:
                self._add(spelling, name, None)
        else:
            raise ValueError(f"words.{name}: a list, or values with lists, is needed")

    def _add(self, spelling: Any, name: str, value: Any) -> None:
        if isinstance(spelling, bool) or isinstance(value, bool):
            raise ValueError(f"words.{name}: write words such as on and no in quotes, YAML reads {spelling}")
        words = [piece.folded for piece in self.writing.pieces(str(spelling))]
        self._at(words)[name] = value
        if self.writing.plain is marked and " ".join(words) not in self.marked:
            self._at([fold(word) for word in words]).setdefault(name, value)

    def _at(self, words: list[str]) -> Keys:
        node = self.root
        for word in words:
            node = node.setdefault(word, {})
        found: Keys = node.setdefault("", {})
        return found

    def _forgive(self, entries: Mapping[Any, list[str]]) -> None:
        for spellings in entries.values():
            for spelling in spellings:
                word = self.writing.fold(str(spelling))
                if len(word) >= SHORTEST_SLIP and word.isalpha():
                    for shape in {word, *_shorter(word)}:
                        self.slips.setdefault(shape, []).append(word)

    def slip(self, word: str) -> Keys | None:
        """What a mistyped word was meant to be: one slip away from a word that the rows forgive."""
        if word in self.known:
            return self.known[word]
        keys = None
        if SHORTEST_SLIP - 1 <= len(word) <= LONGEST_SLIP and word not in self.exact:
            keys = self._nearest(word)
        if len(self.known) < REMEMBERED and len(word) <= LONGEST_SLIP:
            self.known[word] = keys
        return keys

    def _nearest(self, word: str) -> Keys | None:
        for shape in (word, *_shorter(word)):
            for meant in self.slips.get(shape, ()):
                if meant[0] == word[0] and OSA.distance(word, meant, score_cutoff=1) <= 1:
                    return self.root[meant][""]  # type: ignore[no-any-return]
        return None

    def tokens(self, text: str) -> list[Token]:
        """The text as tokens, longest known phrase first; an unknown word is a token without keys."""
        pieces = self.writing.pieces(text)
        tokens: list[Token] = []
        place = 0
        while place < len(pieces):
            length, keys = self._longest(pieces, place)
            piece = pieces[place]
            if length == 1 and self._lacks_accent(piece, text):
                keys = {}
            if keys is not None and "skip" in keys:
                if tokens and "digits" in tokens[-1].keys and piece.folded in self.ordinal_words:
                    tokens[-1] = _ordinal(tokens[-1], piece.end)
                place += length
                continue
            ending = self._particle(pieces, place, tokens, keys) if self.particles else 0
            if ending:
                place += ending
                continue
            if self.glued and length == 1 and keys and not _may_begin(pieces, place, tokens):
                keys = {}
            if piece.sort == "sign" and length == 1 and self._is_hinge(pieces, place, tokens):
                place += 1
                continue
            if keys is None:
                keys = self._unknown(piece)
            elif length == 1 and piece.sort != "letters":
                keys = numeric(piece) | keys
            last = pieces[place + length - 1]
            weak = length == 1 and piece.folded in self.weak
            joins = length == 1 and (piece.folded in self.joiners or piece.folded in self.unit_joiners)
            self._append(tokens, Token(piece.start, last.end, keys, weak, joins), piece)
            place += length
        return tokens

    def _particle(self, pieces: list[Piece], place: int, tokens: list[Token], keys: Keys | None) -> int:
        """How many pieces of an ending stand here, right behind a known word: one that ends the written word,
        or one that means nothing else."""
        if not tokens or not tokens[-1].keys or pieces[place - 1].end != pieces[place].start:
            return 0
        ending, found = "", 0
        for ahead in range(place, min(place + self.longest_particle, len(pieces))):
            piece = pieces[ahead]
            if piece.sort != "letters" or (ahead > place and pieces[ahead - 1].end != piece.start):
                break
            ending += piece.folded
            last = ahead + 1 == len(pieces) or pieces[ahead + 1].start != piece.end or pieces[ahead + 1].sort == "sign"
            if ending in self.particles and (last or keys is None):
                found = ahead - place + 1
        return found

    def _lacks_accent(self, piece: Piece, text: str) -> bool:
        """Whether a word that is another one without its accent came without it."""
        meant = self.accented.get(piece.folded)
        return meant is not None and normalize("NFC", text[piece.start : piece.end].casefold()) != meant

    def _is_hinge(self, pieces: list[Piece], place: int, tokens: list[Token]) -> bool:
        """Whether a sign only ties its neighbours together: "thu.", "23-Sep-2020", "viernes (6/7)"."""
        sign = pieces[place]
        if not tokens or not tokens[-1].keys:
            return False
        if sign.folded in self.suffixes and "dotted" in tokens[-1].keys and sign.start == tokens[-1].end:
            tokens[-1].keys["slash"] = tokens[-1].keys["dotted"]  # "24.03." is a date where dots make ordinals
            return True
        if sign.folded == ".":
            return pieces[place - 1].sort == "letters" and len(pieces[place - 1].folded) <= 4
        if place + 1 == len(pieces):
            return False
        following = pieces[place + 1]
        tight = sign.start == tokens[-1].end and sign.end == following.start
        if tight and sign.folded == "-" and "num" in tokens[-1].keys and following.folded in self.endings:
            tokens[-1].end = sign.end  # "17-go" is "17go"
            return True
        if sign.folded == "(":
            return following.sort in ("slash", "dmy", "iso", "digits")
        if sign.folded not in "-/" or not tight:
            return False
        return "month" in tokens[-1].keys or "month" in self.root.get(following.folded, {}).get("", {})

    def _longest(self, pieces: list[Piece], place: int) -> tuple[int, Keys | None]:
        node, best, length = self.root, None, 1
        within = self.glued and place > 0 and pieces[place - 1].end == pieces[place].start
        for ahead in range(place, len(pieces)):
            if within and ahead > place and pieces[ahead - 1].end != pieces[ahead].start:
                break  # an ending begins no phrase of the next word
            node = node.get(pieces[ahead].folded)  # type: ignore[assignment]
            if node is None:
                break
            if "" in node:
                best, length = node[""], ahead - place + 1
        if best is None:
            return 1, None
        return length, {} if "never" in best else numbered(best)

    def _unknown(self, piece: Piece) -> Keys:
        if piece.sort == "letters":
            return self.slip(piece.folded) or {}
        return numeric(piece) if piece.sort != "sign" else {}

    def _append(self, tokens: list[Token], token: Token, piece: Piece) -> None:
        """Add a token, joining "21" + "st" into an ordinal and "twenty" + "three" into a number."""
        before = tokens[-1] if tokens else None
        if before and before.end == token.start and piece.folded in self.number_suffixes and "num" in before.keys:
            before.end = token.end
            return
        if before and before.end == token.start and piece.folded in self.suffixes and "num" in before.keys:
            tokens[-1] = _ordinal(before, token.end, dot=piece.sort == "sign")
            return
        if before and "tens" in before.keys and token.keys.get("unit_digit"):
            _join(tokens, token, before)
            return
        if len(tokens) > 1 and before and before.joins:
            if "tens" in tokens[-2].keys and token.keys.get("unit_digit"):
                tokens.pop()
                _join(tokens, token, tokens[-1])
                return
            if self.unit_joiners and "tens" in token.keys and tokens[-2].keys.get("unit_digit"):
                tokens.pop()
                _join_ones_first(tokens, tokens[-1], token)
                return
        tokens.append(token)


def _ordinal(figures: Token, end: int, dot: bool = False) -> Token:
    """A number with its ending; the dot of "15." may as well end the sentence."""
    number = figures.keys["num"]
    keys = (figures.keys if dot else {}) | {"ord": number, "digits_ord": number}
    return Token(figures.start, end, keys | ({"dom": number} if number <= 31 else {}))


def _join(tokens: list[Token], token: Token, tens: Token) -> None:
    total = tens.keys["tens"] + token.keys["unit_digit"]
    keys = numbered({"ord" if "ord" in token.keys else "num": total})
    keys.pop("tens", None)
    tokens[-1] = Token(tens.start, token.end, keys)


def _may_begin(pieces: list[Piece], place: int, tokens: list[Token]) -> bool:
    """Whether a known word may stand here: at the start of a written word, or right behind a known one."""
    before = pieces[place - 1] if place else None
    if before is None or before.end != pieces[place].start or before.sort == "sign":
        return True
    return bool(tokens and tokens[-1].keys)


def _join_ones_first(tokens: list[Token], ones: Token, tens: Token) -> None:
    """ "Five and twenty" is 25; beside an hour word it is twenty past five, so that reading is kept too."""
    one, ten = ones.keys["unit_digit"], tens.keys["tens"]
    keys = numbered({"ord" if "num" not in ones.keys else "num": one + ten})
    keys.pop("tens", None)
    if ten < 60:
        keys["hhmm"] = f"{one}{ten}"
    tokens[-1] = Token(ones.start, tens.end, keys)


def _shorter(word: str) -> list[str]:
    return [word[:place] + word[place + 1 :] for place in range(len(word))]


__all__ = ["LITERAL", "Keys", "Lexicon"]
