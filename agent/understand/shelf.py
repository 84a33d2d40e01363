"""What each language needs to be heard, made or read when it is first needed: a desk that hears three languages holds
the models, grammars and words of three."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

T = TypeVar("T")


class Shelf(Mapping[str, T]):
    """Language -> what `make` makes of it, at the first look."""

    def __init__(self, languages: Iterable[str], make: Callable[[str], T]) -> None:
        self._languages = tuple(languages)
        self._make = make
        self._made: dict[str, T] = {}

    def __getitem__(self, lang: str) -> T:
        """Raises KeyError for a language that has no place here, and what `make` raises."""
        made = self._made.get(lang)
        if made is None:
            if lang not in self._languages:
                raise KeyError(lang)
            made = self._made[lang] = self._make(lang)  # two threads may make it twice; both make the same
        return made

    def __contains__(self, lang: object) -> bool:
        return lang in self._languages

    def __iter__(self) -> Iterator[str]:
        return iter(self._languages)

    def __len__(self) -> int:
        return len(self._languages)
