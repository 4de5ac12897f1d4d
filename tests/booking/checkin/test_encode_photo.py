"""A photo is what its bytes are, and keeps nothing but what it shows."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from booking.checkin.encode_photo import PhotoRefused, encode_photo


def a_photo(form: str = "JPEG", size: tuple[int, int] = (2400, 1200), mode: str = "RGB", **more: object) -> bytes:
    made = BytesIO()
    Image.new(mode, size, "teal").save(made, form, **more)
    return made.getvalue()


def located() -> Image.Exif:
    """Where the photo was taken, by which phone, and held on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Telephone"
    exif.get_ifd(0x8825).update({1: "N", 2: (47.0, 14.0, 0.0)})
    return exif


def a_bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is enormous."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_each_form_becomes_a_jpeg_of_1600_points(form: str):
    with Image.open(BytesIO(encode_photo(a_photo(form)))) as kept:
        assert (kept.format, kept.size, kept.mode) == ("JPEG", (1600, 800), "RGB")


def test_the_place_the_device_and_what_trails_are_gone_and_the_picture_stands_upright():
    sent = a_photo(exif=located(), comment=b"a comment") + b"<script>trailing</script>"
    kept = encode_photo(sent)
    with Image.open(BytesIO(kept)) as shown:
        assert (shown.size, dict(shown.getexif()), shown.info.get("comment")) == ((800, 1600), {}, None)
    assert not any(trace in kept for trace in (b"Telephone", b"Exif", b"script", b"a comment"))


def test_what_is_transparent_becomes_white():
    sent = BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(sent, "PNG")
    with Image.open(BytesIO(encode_photo(sent.getvalue()))) as shown:
        assert shown.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"photo.jpg",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        a_photo("GIF", (10, 10)),
        a_photo("BMP", (10, 10)),
        a_photo()[:400],
        b"\xff\xd8\xff" + a_photo("PNG", (10, 10)),
        a_bomb(60_000, 60_000),
        a_bomb(10_000, 6_000),
        a_photo(size=(9, 9)) + bytes(8_000_000),
    ],
    ids=["nothing", "text", "svg", "gif", "bmp", "cut", "disguised", "bomb", "large", "heavy"],
)
def test_what_is_no_photo_or_too_large_a_one_is_refused(sent: bytes):
    with pytest.raises(PhotoRefused):
        encode_photo(sent)
