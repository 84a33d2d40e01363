"""Chinese characters of the traditional script as simplified ones, so that one set of sentences serves both."""

from functools import cache
from importlib import resources


def simplified(text: str) -> str:
    """`text` with each traditional character replaced by its simplified one; the length stays the same."""
    return text.translate(_table())


@cache
def _table() -> dict[int, str]:
    """OpenCC's table of single characters; where it offers several, the first."""
    lines = resources.files("opencc").joinpath("dictionary/TSCharacters.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if "\t" in line)
    return {ord(old): new.split()[0] for old, new in pairs if len(old) == 1 and len(new.split()[0]) == 1}
