"""What each language needs to be heard, made or read when it is first needed: models from disk, grammars of times."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from agent.understand.classifier import IntentClassifier
from agent.understand.ngrams import LinearModel
from agent.understand.times import TimeGrammar


class Shelf(Mapping[str, LinearModel]):
    """Language -> model. A desk that hears three languages holds three models."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        """`files`: language -> what `IntentClassifier.save` wrote for that language alone."""
        self._files = dict(files)
        self._read: dict[str, LinearModel] = {}

    def __getitem__(self, lang: str) -> LinearModel:
        """Raises KeyError for a language without a file, ValueError for a file that holds something else."""
        model = self._read.get(lang)
        if model is None:  # two threads may read it twice; both get the same
            model = self._read[lang] = IntentClassifier.load(self._files[lang]).model(lang)
        return model

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


class Grammars(Mapping[str, TimeGrammar]):
    """Language -> its grammar of dates and times."""

    def __init__(self, rows: Mapping[str, Any]) -> None:
        """`rows`: language -> its parsed `_times.yaml`."""
        self._rows = rows
        self._made: dict[str, TimeGrammar] = {}

    def __getitem__(self, lang: str) -> TimeGrammar:
        """Raises KeyError for a language without rows, ValueError for rows that are no grammar."""
        grammar = self._made.get(lang)
        if grammar is None:
            grammar = self._made[lang] = TimeGrammar(self._rows[lang])
        return grammar

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)
