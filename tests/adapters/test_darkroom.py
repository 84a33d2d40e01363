"""A photograph is written anew, without what it says beside the picture; everything that is none, or too much, is
refused before it costs anything."""

from io import BytesIO

import pytest
from PIL import Image, ImageFile

from agent.adapters.darkroom import LONGEST_SIDE, MOST_BYTES, PillowDarkroom
from agent.demo.photo import PLACE, card
from agent.model.fault import Refused
from tests import photographs


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_photo_keeps_its_picture_and_nothing_else(kind: str) -> None:
    sent = card(3000, 2000, kind)
    assert PLACE.encode() in sent
    made = PillowDarkroom().develop(sent)
    assert made.kind == "image/jpeg"
    assert PLACE.encode() not in made.content
    with Image.open(BytesIO(made.content)) as opened:
        assert (opened.format, dict(opened.getexif())) == ("JPEG", {})
        assert (opened.width, opened.height) == (made.width, made.height)
        assert not {"exif", "icc_profile", "comment", "xmp"} & set(opened.info)
    assert max(made.width, made.height) <= LONGEST_SIDE
    assert made.width > made.height  # EXIF alone said which way is up


def test_see_through_parts_become_paper() -> None:
    out = BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(out, "PNG")
    with Image.open(BytesIO(PillowDarkroom().develop(out.getvalue()).content)) as opened:
        assert opened.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (photographs.bomb(), "too large"),
        (photographs.scans(), "too large"),
        (card() + b"\0" * MOST_BYTES, "too large"),
        (photographs.heic(), "JPEG or PNG"),
        (photographs.pdf_bomb(), "JPEG or PNG"),
        (b"GIF89a" + b"\0" * 100, "JPEG or PNG"),
        (b"<svg onload=alert(1)>", "JPEG or PNG"),
        (b"", "JPEG or PNG"),
        (card()[:4000], "cannot be opened"),
        (b"\xff\xd8\xff" + b"\0" * 100, "cannot be opened"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "cannot be opened"),
    ],
    ids=["bomb", "scans", "large", "heic", "pdf", "gif", "svg", "nothing", "half", "jpeg head", "png head"],
)
def test_what_is_no_photo_or_too_much_is_refused(sent: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why):
        PillowDarkroom().develop(sent)


@pytest.mark.parametrize("sent", [photographs.bomb(), photographs.scans()], ids=["bomb", "scans"])
def test_a_bomb_is_not_unpacked(sent: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda _: pytest.fail("it was unpacked"))
    with pytest.raises(Refused):
        PillowDarkroom().develop(sent)
