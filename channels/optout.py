"""Decides whether a message asks for no more texts, for texts again, or for help; the words are in optout/."""

import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import regex

from channels.sms_data import HERE, table

Wish = Literal["stop", "start", "help", "text"]

_CLAUSE = regex.compile(r"[.!?,;:\n…؟¿¡।。！？、，()]+")
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_PART = regex.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|([^\s()\[\]]+)")

Choice = tuple[tuple[str, ...], ...]  # one place of a phrase: the words that may stand there; () means none
Phrase = tuple[Choice, ...]


@dataclass(frozen=True)
class Decision:
    """What a message wishes.

    `word`: the keyword, in capitals, when the message is nothing but one; CANCEL, END and QUIT may have meant the
    visit, so the desk asks staff. `maybe_start`: an everyday word (YES) that asks for texts again, but only from
    somebody who had stopped them; the message stays a text.
    """

    wish: Wish
    word: str | None = None
    maybe_start: bool = False


@dataclass(frozen=True)
class _Words:
    """One lookup over all languages; phrases lie under each word they may begin with."""

    provider: dict[str, Wish]
    everyday_start: frozenset[str]
    alone: frozenset[tuple[str, ...]]
    exact: frozenset[tuple[str, ...]]
    help: frozenset[tuple[str, ...]]
    polite: frozenset[str]
    phrases: dict[str, tuple[Phrase, ...]]
    unless: dict[str, tuple[Phrase, ...]]
    unspaced: tuple[str, ...]


def decide(text: str) -> Decision:
    """The wish in a message's own words, in any language of the table; 'text' when it is about something else."""
    words, plain = _words(), _plain(text)
    said = tuple(_WORD.findall(plain))
    keyword = " ".join(said)
    if keyword in words.everyday_start:
        return Decision("text", keyword.upper(), maybe_start=True)
    if keyword in words.provider:
        return Decision(words.provider[keyword], keyword.upper())
    if said in words.help:
        return Decision("help", keyword.upper())
    if said in words.exact or said in words.alone:
        return Decision("stop", keyword.upper())
    line, _, more = text.strip().partition("\n")
    first_line = _tokens(line) if more else said
    clauses = _CLAUSE.split(plain)
    if any(_polite_stop(x, words) for x in (said, first_line)) or any(_revokes(x, words) for x in clauses):
        return Decision("stop")
    return Decision("text")


def provider_keyword(text: str) -> Wish:
    """What Twilio's default word list makes of a message: it counts a message of one word alone."""
    return _words().provider.get(text.strip().casefold(), "text")


def _polite_stop(said: tuple[str, ...], words: _Words) -> bool:
    """STOP with courtesies, or said over and over: the kept words are one of `alone`, perhaps repeated."""
    if not said or len(said) > 12:
        return False
    kept = tuple(word for word in said if word not in words.polite)
    for size in range(1, len(kept) + 1):
        if len(kept) % size == 0 and kept == kept[:size] * (len(kept) // size) and kept[:size] in words.alone:
            return True
    return False


def _revokes(clause: str, words: _Words) -> bool:
    if any(phrase in clause for phrase in words.unspaced):
        return True
    said = ("^", *_WORD.findall(clause), "$")
    return _has(said, words.phrases) and not _has(said, words.unless)


def _has(said: tuple[str, ...], phrases: dict[str, tuple[Phrase, ...]]) -> bool:
    return any(_matches(said, at, phrase) for at, word in enumerate(said) for phrase in phrases.get(word, ()))


def _matches(said: tuple[str, ...], at: int, phrase: Phrase) -> bool:
    """Whether the phrase stands at `at`; all choices advance together, so that no wording makes it slow."""
    places = {at}
    for choice in phrase:
        places = {
            place + len(words) for place in places for words in choice if said[place : place + len(words)] == words
        }
        if not places:
            return False
    return True


def _plain(text: str) -> str:
    """Compatibility forms, case, accents of Latin letters, apostrophes and invisible characters away."""
    if text.isascii():
        return text[:2000].lower().replace("'", "").replace("`", "")
    text = unicodedata.normalize("NFKD", text[:2000]).casefold()
    text = regex.sub(r"(?<=\p{Latin})\p{Mn}+|\p{Cf}|['’‘`´ʼ]", "", text)
    return unicodedata.normalize("NFC", text)


def _tokens(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(_plain(text)))


def _phrase(template: str) -> Phrase:
    """`a (b|c) [d]` as places with their choices."""
    places: list[Choice] = []
    for choice, optional, word in _PART.findall(template):
        given = [x.strip() for x in (choice or optional or word).split("|")]
        options = [(x,) if x in ("^", "$") else _tokens(x) for x in given]
        places.append((*options, ()) if optional else tuple(options))
    if not places or () in places[0]:
        raise ValueError(f"an opt-out phrase must begin with a word: {template}")
    return tuple(places)


def _indexed(templates: list[str]) -> dict[str, tuple[Phrase, ...]]:
    index: dict[str, list[Phrase]] = {}
    for phrase in map(_phrase, templates):
        for first in {words[0] for words in phrase[0]}:
            index.setdefault(first, []).append(phrase)
    return {first: tuple(phrases) for first, phrases in index.items()}


def by_language() -> dict[str, dict[str, Any]]:
    """The table of each language that has one."""
    return {path.stem: table(f"optout/{path.stem}") for path in sorted((HERE / "optout").glob("[a-z]*.yaml"))}


@cache
def _words() -> _Words:
    data, languages = table("optout/_provider"), list(by_language().values())
    spaced = [language for language in languages if language.get("spaced", True)]

    def every(name: str, among: list[dict[str, Any]]) -> list[str]:
        return [str(entry) for language in among for entry in language.get(name, [])]

    provider: dict[str, Wish] = {}
    wishes: tuple[Wish, ...] = ("stop", "start", "help")
    for wish in wishes:
        provider |= {str(word).casefold(): wish for word in data["provider"][wish]}
    unspaced = [language for language in languages if not language.get("spaced", True)]
    return _Words(
        provider=provider,
        everyday_start=frozenset(str(word).casefold() for word in data["everyday_start"]),
        alone=frozenset(_tokens(x) for x in every("alone", languages)),
        exact=frozenset(_tokens(x) for x in every("exact", languages)),
        help=frozenset(_tokens(x) for x in every("help", languages)),
        polite=frozenset(word for x in every("polite", languages) for word in _tokens(x)),
        phrases=_indexed(every("phrases", spaced)),
        unless=_indexed(every("unless", spaced)),
        unspaced=tuple(_plain(x) for x in every("phrases", unspaced)),
    )
