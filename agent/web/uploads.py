"""Reads a form that carries files: in memory alone, never on a disk, and never more than a page of ours can hold."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from agent.web.bodies import TooLarge, TooSlow, body_of
from agent.web.signin import Forbidden, Form

FILE_BYTES = 8 * 1024 * 1024
MOST_FILES = 3  # of one page
SECONDS = 90.0  # a telephone with a weak signal
_FIELDS = 600


@dataclass
class Parts:
    """Fields, and files by the name of their field; `refused`: files that were too large, or came too slowly."""

    fields: Form
    files: dict[str, bytes] = field(default_factory=dict)
    refused: tuple[str, ...] = ()


class _InMemory(MultiPartParser):
    spool_max_size = (FILE_BYTES + 1) * MOST_FILES


def is_multipart(request: Request) -> bool:
    return request.headers.get("content-type", "").lower().startswith("multipart/form-data")


async def parts_of(request: Request, most: int) -> Parts:
    """`most`: bytes of all that is no file. A form that is no form, or more than it can be, holds nothing."""
    try:
        body = await body_of(request, most + MOST_FILES * (FILE_BYTES + 1), SECONDS)
        read = await _InMemory(
            request.headers, _once(body), max_files=MOST_FILES, max_fields=_FIELDS, max_part_size=most
        ).parse()
    except (TooLarge, TooSlow, MultiPartException, ValueError, KeyError):
        return Parts(Form([]))
    parts, refused, pairs = Parts(Form([])), list[str](), list[tuple[str, str]]()
    for name, value in read.multi_items():
        if not isinstance(value, UploadFile):
            pairs.append((name, value))
        elif (value.size or 0) > FILE_BYTES:
            refused.append(name)
        elif value.size:
            parts.files[name] = await value.read()
    await read.close()
    parts.fields, parts.refused = Form(pairs), tuple(refused)
    return parts


async def form_with_files(request: Request, most: int) -> Form:
    """The form as the console's doors read it. Raises Forbidden for what is no such form, or more than it can be."""
    parts = await parts_of(request, most) if is_multipart(request) else Parts(Form([]))
    pairs = parts.fields.but()
    if not pairs:
        raise Forbidden("this file is too large, or did not arrive whole; nothing was taken")
    return Form(pairs, {**parts.files, **dict.fromkeys(parts.refused)})


async def _once(body: bytes) -> AsyncGenerator[bytes, None]:
    yield body
