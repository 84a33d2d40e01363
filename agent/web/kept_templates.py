"""Templates as they were compiled, kept beside them as Python keeps its own modules; `python -m
agent.web.kept_templates` leaves all of them there, for a program whose folder nobody may write to later."""

import contextlib
import hashlib
import marshal
import os
import sys
from collections.abc import Iterable
from functools import cached_property
from importlib.util import cache_from_source
from pathlib import Path
from types import CodeType

import jinja2
from jinja2.bccache import Bucket, BytecodeCache

_DIGEST = 32


class KeptTemplates(BytecodeCache):
    """One file for each template, in `__pycache__`: used only for the same source, the same Python and Jinja, and the
    same code of the modules that say how a template is compiled. What cannot be read or written is compiled anew."""

    def __init__(self, folder: Path, rules: Iterable[Path]) -> None:
        """`folder`: of the templates; `rules`: the modules."""
        self._folder, self._modules = folder, tuple(rules)

    @cached_property
    def _rules(self) -> bytes:
        told = (sys.implementation.cache_tag or "", jinja2.__version__, *(p.read_text("utf-8") for p in self._modules))
        return hashlib.sha256("\0".join(told).encode()).digest()

    def get_cache_key(self, name: str, filename: str | None = None) -> str:  # noqa: ARG002 (Jinja gives it)
        return name

    def get_source_checksum(self, source: str) -> str:
        return hashlib.sha256(self._rules + source.encode()).hexdigest()

    def load_bytecode(self, bucket: Bucket) -> None:
        with contextlib.suppress(OSError, ValueError, EOFError, TypeError):
            kept = self._file(bucket.key).read_bytes()
            digest, code = kept[:_DIGEST], kept[_DIGEST:]
            if digest == _digest(bucket.checksum, code):
                bucket.code = _code(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        if sys.dont_write_bytecode or bucket.code is None:
            return
        file, code = self._file(bucket.key), marshal.dumps(bucket.code)
        fresh = file.with_name(f"{file.name}.{os.getpid()}")
        with contextlib.suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_bytes(_digest(bucket.checksum, code) + code)
            fresh.replace(file)

    def _file(self, name: str) -> Path:
        return Path(cache_from_source(str(self._folder / name))).with_suffix(".jinja")


def _code(data: bytes) -> CodeType | None:
    found = marshal.loads(data)  # noqa: S302 - of our own program's folder, like the modules beside it
    return found if isinstance(found, CodeType) else None


def _digest(checksum: str, code: bytes) -> bytes:
    return hashlib.sha256(checksum.encode() + b"\0" + code).digest()


def main() -> None:
    from agent.web.pages import compile_all

    sys.dont_write_bytecode = False  # whoever calls this asks for it, as of compileall
    compile_all(lambda _: None)


if __name__ == "__main__":
    main()
