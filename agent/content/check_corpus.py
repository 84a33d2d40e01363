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


def check_corpus(content: Content, sources: Sources) -> list[Fault]:
    """A sentence taught twice with two meanings confuses; one both taught and tested makes every figure worthless."""
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
    return faults + _nearly(list(trained.values()), [t for t in tested if t.folded not in trained])


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
    bare = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(_WORDS.findall("".join(c for c in bare if not unicodedata.combining(c))))


def _read(entry: Any, intent: str) -> tuple[str, str]:
    if isinstance(entry, Mapping):
        return str(entry["text"]), str(entry.get("intent", intent))
    return str(entry), intent


def _nearly(trained: list[Said], tested: list[Said]) -> list[Fault]:
    """Tests that differ from a trained sentence by next to nothing, found through their trigrams."""
    grams = [_grams(s.folded) for s in trained]
    holding: dict[str, list[int]] = defaultdict(list)
    for at, found in enumerate(grams):
        for gram in found:
            holding[gram].append(at)
    faults: list[Fault] = []
    for said in tested:
        mine = _grams(said.folded)
        # Two sets that overlap by NEAR share one of any (1 - NEAR) of their members: the rarest are asked first.
        rare = sorted(mine, key=lambda g: len(holding.get(g, ())))[: int(len(mine) * (1 - NEAR)) + 1]
        near = {at for gram in rare for at in holding.get(gram, ())}
        twin = next((trained[at] for at in sorted(near) if _overlap(mine, grams[at]) > NEAR), None)
        if twin is not None:
            what = f"the test “{said.text[:60]}” is nearly trained on: “{twin.text[:60]}” in {twin.where()}"
            faults.append(Fault(said.file, said.line, what, "Write another test."))
    return faults


def _grams(folded: str) -> frozenset[str]:
    padded = f" {folded} "
    return frozenset(padded[at : at + _GRAM] for at in range(max(1, len(padded) - _GRAM + 1)))


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    small, large = sorted((len(one), len(other)))
    if small <= NEAR * large:  # most pairs: they cannot overlap enough
        return 0.0
    return len(one & other) / len(one | other)
