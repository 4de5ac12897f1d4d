"""A photo is what its bytes are, and keeps nothing but what it shows."""

from __future__ import annotations

import re
import struct
import subprocess
import sys
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from booking.day.photos.encode import PhotoRefused, encode_photo


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


@pytest.mark.parametrize(
    ("form", "more", "millions"), [("PNG", {}, 16), ("WEBP", {"method": 0}, 16), ("JPEG", {"progressive": True}, 16)]
)
def test_a_photo_that_is_read_whole_has_fewer_points(form: str, more: dict, millions: int):
    encode_photo(a_photo(form, (4000, 4000), **more))
    with pytest.raises(PhotoRefused, match=f"^Cette photo compte plus de {millions} millions de points"):
        encode_photo(a_photo(form, (4000, 4001), **more))


def test_a_plain_jpeg_of_49_millions_is_read_at_a_fraction_of_its_size():
    with Image.open(BytesIO(encode_photo(a_photo("JPEG", (7000, 7000))))) as kept:
        assert kept.size == (1600, 1600)


WEIGH = """
import asyncio, re, sys
from pathlib import Path
from booking.day.photos.encode import PhotoRefused, encode_in_turn

async def encode(content):
    try:
        await encode_in_turn(content)
    except PhotoRefused:
        return "refused"
    return "kept"

async def main():
    content = Path(sys.argv[1]).read_bytes()
    return await asyncio.gather(*(encode(content) for _ in range(3)))

def megabytes(what):
    return int(re.search(rf"{what}:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) // 1024

before = megabytes("VmRSS")
answers = asyncio.run(main())
print(sorted(set(answers)), megabytes("VmHWM") - before, megabytes("VmRSS") - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="what a process weighs is read as Linux tells it")
@pytest.mark.parametrize(("side", "answer"), [(7000, ["refused"]), (4000, ["kept"])])
def test_three_heavy_photos_at_once_weigh_as_one_and_give_their_memory_back(tmp_path: Path, side: int, answer: list):
    (tmp_path / "sent.png").write_bytes(a_photo("PNG", (side, side), "RGBA", compress_level=1))
    ran = subprocess.run(
        [sys.executable, "-c", WEIGH, tmp_path / "sent.png"], capture_output=True, text=True, check=True
    )
    told, peak, left = re.fullmatch(r"(\[.*\]) (\d+) (-?\d+)\n", ran.stdout).groups()
    assert (told, int(peak) < 200, int(left) < 30) == (str(answer), True, True), ran.stdout
