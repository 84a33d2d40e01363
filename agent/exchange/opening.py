"""From the bytes of a file that somebody chose to its text, or one line that says why not."""

from agent.content.faults import ContentFault, Fault

MAX_BYTES = 2_000_000


def refused(name: str, line: int, what: str, fix: str) -> ContentFault:
    """A file that is refused whole."""
    return ContentFault([Fault(name, line, what, fix)])


def text_of(data: bytes, name: str) -> str:
    """The text, without a byte order mark. Raises ContentFault with one Fault."""
    if not data.strip():
        raise refused(name, 0, "the file is empty", "Choose the file that you saved.")
    if len(data) > MAX_BYTES:
        raise refused(name, 0, f"the file is larger than {MAX_BYTES // 1_000_000} MB", "Split it.")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise refused(name, 1, "this is UTF-16 text", "Save the file as UTF-8.")
    if data[:4] == b"\xd0\xcf\x11\xe0":
        raise refused(name, 1, "this is an old workbook (.xls), or one with a password", "Save it as .xlsx.")
    if data[:4] == b"PK\x03\x04":
        raise refused(name, 1, "this is a packed file (.xlsx, .zip)", "Unpack it, or save the sheet as CSV UTF-8.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        raise refused(
            name, data[: e.start].count(b"\n") + 1, "this is not UTF-8 text", "Save the file as UTF-8."
        ) from None
