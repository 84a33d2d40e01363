"""A photograph of an insurance card, as a telephone takes it; drawn, and of nobody's."""

from io import BytesIO

PLACE = "40.6701 N, 73.9800 W"


def card(width: int = 1600, height: int = 1000, kind: str = "JPEG") -> bytes:
    """Upright by its EXIF alone, which also says where and with what it was taken."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (width, height), "#e9eef2")
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((width * 0.05, height * 0.08, width * 0.95, height * 0.92), 40, "#ffffff", "#0b665e", 8)
    pen.rectangle((width * 0.05, height * 0.16, width * 0.95, height * 0.32), "#0b665e")
    pen.text((width * 0.1, height * 0.19), "HARBOR HEALTH", "#ffffff", font_size=height // 11)
    pen.text((width * 0.1, height * 0.45), "MEMBER  W 4471 208 93", "#1d2a2b", font_size=height // 14)
    pen.text((width * 0.1, height * 0.62), "GROUP   7730", "#1d2a2b", font_size=height // 14)
    facts = picture.getexif()
    facts[0x010F], facts[0x010E], facts[0x0112] = "Camera Maker", PLACE, 6
    out = BytesIO()
    picture.transpose(Image.Transpose.ROTATE_90).save(out, kind, exif=facts)
    return out.getvalue()
