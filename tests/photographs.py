"""What troublemakers send in place of a photograph."""

import struct
import zlib

from agent.demo.photo import card


def bomb(width: int = 10_000, height: int = 10_000) -> bytes:
    """A PNG of a hundred megapixels in a hundred kilobytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    packer, row = zlib.compressobj(9), b"\0" * (width // 8 + 1)
    data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def scans(count: int = 5000) -> bytes:
    """A JPEG that says to hold thousands of passes over the same picture."""
    good = card(400, 250)
    return good[:-2] + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" * count + good[-2:]


def heic() -> bytes:
    return b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 200


def pdf_bomb() -> bytes:
    """A PDF whose only stream unpacks to a hundred megabytes."""
    data = zlib.compress(b"\0" * 100_000_000, 9)
    return b"%PDF-1.7\n1 0 obj<</Filter/FlateDecode/Length " + str(len(data)).encode() + b">>stream\n" + data
