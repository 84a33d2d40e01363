"""Models on disk, one file a language, each read when it is first needed; what is in them is the classifier's."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from agent.understand.classifier import IntentClassifier
from agent.understand.ngrams import LinearModel


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
