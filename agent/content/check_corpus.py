"""Compares the sentences of the corpora: none under two intents, none both trained on and tested, none nearly so."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from agent.content.faults import Fault
from agent.content.sources import Sources
from agent.model.content import Content

NEAR = 0.9  # Jaccard overlap of character trigrams from which two sentences are taken for one
_WORDS = re.compile(r"\w+|\?", re.UNICODE)  # a question is another sentence: "bueno" and "¿bueno?"
_GRAM = 3


class Said(NamedTuple):
    """A sentence of the corpora and where it stands."""

    tag: str
    intent: str
    kind: str  # examples, not_this or tests
    file: str
    line: int
    text: str
    folded: str

    def where(self) -> str:
        return f"{self.file}:{self.line}"


class _Unmarked(dict[int, int | None]):
    """For str.translate: every character as it is, accents that combine with one left out."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if unicodedata.combining(chr(code)) else code
        return self[code]


_UNMARKED = _Unmarked()


def check_corpus(content: Content, sources: Sources, like: Sources | None = None) -> list[Fault]:
    """A sentence taught twice with two meanings confuses; one both taught and tested makes every figure worthless.
    `like`: what serves; of two sentences that both stand there as they are it is not asked whether they are near."""
    trained: dict[str, Said] = {}
    tested: list[Said] = []
    faults: list[Fault] = []
    for said in sentences(content, sources):
        if said.kind == "tests":
            tested.append(said)
            continue
        other = trained.setdefault(said.folded, said)
        if other.intent != said.intent and other.tag == said.tag:
            what = f"“{said.text[:60]}” means {said.intent} here and {other.intent} in {other.where()}"
            faults.append(Fault(said.file, said.line, what, "Keep it under one intent."))
    for said in tested:
        twin = trained.get(said.folded)
        if twin is not None:
            what = f"the test “{said.text[:60]}” is trained on in {twin.where()}"
            faults.append(Fault(said.file, said.line, what, "Write another test."))
    taught, asked = list(trained.values()), [t for t in tested if t.folded not in trained]
    if like is None:
        return faults + _nearly(taught, asked)
    fresh = {name for name, document in sources.documents.items() if like.documents.get(name) is not document}
    changed, same = [t for t in asked if t.file in fresh], [t for t in asked if t.file not in fresh]
    return faults + _nearly(taught, changed) + _nearly([t for t in taught if t.file in fresh], same)


def sentences(content: Content, sources: Sources) -> Iterator[Said]:
    """Every sentence of every language, near misses under the intent that they belong to."""
    for tag, intents in content.rows.get("corpus", {}).items():
        for intent, row in intents.items():
            document = sources.documents[f"intents/{tag}/{intent}.yaml"]
            for kind in ("examples", "not_this", "tests"):
                for at, entry in enumerate(row.get(kind) or ()):
                    text, meant = _read(entry, intent)
                    if folded := fold(text):
                        line = document.line(kind, at)
                        yield Said(tag, meant, kind, document.name, line, text, folded)

    for kind in ("tests", "unseen"):
        for tag, rows in content.rows.get(kind, {}).items():
            document = sources.documents[f"intents/{tag}/_{kind}.yaml"]
            for at, row in enumerate(rows["messages"]):
                if folded := fold(str(row["text"])):
                    line = document.line("messages", at)
                    yield Said(tag, str(row.get("intent")), "tests", document.name, line, str(row["text"]), folded)


def fold(text: str) -> str:
    """Lower case, without accents, without punctuation but the question mark."""
    bare = text.casefold()
    if not bare.isascii():
        bare = unicodedata.normalize("NFKD", bare).translate(_UNMARKED)
    return " ".join(_WORDS.findall(bare))


def _read(entry: Any, intent: str) -> tuple[str, str]:
    if isinstance(entry, Mapping):
        return str(entry["text"]), str(entry.get("intent", intent))
    return str(entry), intent


def _nearly(trained: list[Said], tested: list[Said]) -> list[Fault]:
    """Tests that differ from a trained sentence by next to nothing, found through their trigrams."""
    if not trained or not tested:
        return []
    grams = [_grams(s.folded) for s in trained]
    asked = [_grams(s.folded) for s in tested]
    wanted = frozenset[str]().union(*asked)
    sizes = [len(found) for found in grams]
    holding: dict[str, list[int]] = defaultdict(list)
    for at, found in enumerate(grams):
        for gram in found & wanted:
            holding[gram].append(at)
    often = {gram: len(those) for gram, those in holding.items()}
    faults: list[Fault] = []
    for said, mine in zip(tested, asked, strict=True):
        # Two sets that overlap by NEAR share one of any (1 - NEAR) of their members: the rarest are asked first. And
        # neither is much larger than the other, which leaves out nearly all.
        rare = sorted(mine, key=lambda g: often.get(g, 0))[: int(len(mine) * (1 - NEAR)) + 1]
        least, most = NEAR * len(mine), len(mine) / NEAR
        near = {at for gram in rare for at in holding.get(gram, ()) if least < sizes[at] < most}
        twin = next((trained[at] for at in sorted(near) if _overlap(mine, grams[at]) > NEAR), None)
        if twin is not None:
            what = f"the test “{said.text[:60]}” is nearly trained on: “{twin.text[:60]}” in {twin.where()}"
            faults.append(Fault(said.file, said.line, what, "Write another test."))
    return faults


def _grams(folded: str) -> frozenset[str]:
    padded = f" {folded} "
    return frozenset([padded[at : at + _GRAM] for at in range(max(1, len(padded) - _GRAM + 1))])


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared)
