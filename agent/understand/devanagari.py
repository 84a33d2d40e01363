"""Devanagari and romanised words brought to one coarse spelling: "चाहिए", "chahiye" and "chaiye" meet; no meaning."""

import re

_CONSONANTS = dict(
    zip(
        "कखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसह",
        "k kh g gh n ch ch j jh n t th d dh n t th d dh n p ph b bh m y r l v sh sh s h".split(),
        strict=True,
    )
)
_VOWELS = dict(zip("अआइईउऊऋएऐओऔऑऍ", "a a i i u u ri e e o o o e".split(), strict=True))
_SIGNS = dict(zip("ािीुूृेैोौॉॅ", "a i i u u ri e e o o o e".split(), strict=True))
_DOTTED = {"k": "k", "kh": "kh", "g": "g", "j": "j", "d": "r", "dh": "rh", "ph": "ph"}
_NUKTA, _SILENT, _NASAL, _BREATH = "\u093c", "\u094d", "ंँ", "ः"
_RUN = re.compile("[\u0900-\u097f]+")
_LATIN = re.compile("[a-z]+")
_ALIKE = tuple(
    pair.split("=")
    for pair in "aa=a ee=i oo=u ii=i uu=u z=j w=v f=ph q=k x=ks ai=e au=o ck=k chh=ch".split()
)  # fmt: skip
_DOUBLED = re.compile(r"(.)\1+")
_LAST_NASAL = re.compile(r"(?<=[aeiou])n$")


def coarse(text: str) -> str:
    """`text` in small letters with every Devanagari word romanised and every Latin word brought to a coarse form."""
    return _LATIN.sub(lambda m: _levelled(m.group()), _RUN.sub(lambda m: _romanised(m.group()), text))


def _romanised(word: str) -> str:
    out: list[str] = []
    at = 0
    while at < len(word):
        letter = word[at]
        at += 1
        if letter in _CONSONANTS:
            sound = _CONSONANTS[letter]
            if word[at : at + 1] == _NUKTA:
                sound, at = _DOTTED.get(sound, sound), at + 1
            following = word[at : at + 1]
            if following and following in _SIGNS:
                sound, at = sound + _SIGNS[following], at + 1
            elif following == _SILENT:
                at += 1
            elif following and (following in _CONSONANTS or following in _VOWELS or following in _NASAL):
                sound += "a"
            out.append(sound)
        elif letter in _VOWELS:
            out.append(_VOWELS[letter])
        elif letter in _NASAL:
            out.append("n")
        elif letter != _BREATH:
            out.append(letter)
    return "".join(out)


def _levelled(word: str) -> str:
    for written, sound in _ALIKE:
        word = word.replace(written, sound)
    return _LAST_NASAL.sub("", _DOUBLED.sub(r"\1", word))
