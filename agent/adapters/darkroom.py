"""Opens photographs with Pillow and writes them anew, so that nothing but the picture is kept; everything else is
refused before it costs memory or time."""

from io import BytesIO
from threading import Lock

from agent.model.fault import Refused
from agent.model.photo import Developed

MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 25_000_000  # what telephones take; a picture of more is refused unopened
MOST_SCANS = 64  # of a progressive JPEG: thousands of them fit in a small file, and each costs a pass over the picture
LONGEST_SIDE = 2000  # pixels; the small print of a card can be read
_SCAN = b"\xff\xda"
_KIND = "image/jpeg"


class PillowDarkroom:
    """See `agent.ports.photos.Darkroom`. One picture at a time, so that memory stays bounded."""

    def __init__(self) -> None:
        self._one = Lock()

    def develop(self, content: bytes) -> Developed:
        if len(content) > MOST_BYTES:
            raise Refused("the photo is too large")
        if not content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
            raise Refused("this is no photo in JPEG or PNG")
        if content.startswith(b"\xff") and content.count(_SCAN) > MOST_SCANS:
            raise Refused("the photo is too large")
        with self._one:
            return _developed(content)


def _developed(content: bytes) -> Developed:
    from PIL import Image, ImageOps, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # our own bound, below, is smaller and says so without a warning
    try:
        with Image.open(BytesIO(content), formats=("JPEG", "PNG")) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Refused("the photo is too large")
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            turned = ImageOps.exif_transpose(opened)
            turned.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            if turned.has_transparency_data:
                layered = turned.convert("RGBA")
                plain = Image.new("RGB", layered.size, "white")
                plain.paste(layered, mask=layered.getchannel("A"))
            else:
                plain = turned.convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, MemoryError) as bad:
        raise Refused("the photo cannot be opened") from bad
    bare = Image.new("RGB", plain.size)  # pixels alone: a copy would carry what is not pixels along
    bare.paste(plain)
    out = BytesIO()
    bare.save(out, "JPEG", quality=85)
    return Developed(kind=_KIND, content=out.getvalue(), width=bare.width, height=bare.height)
