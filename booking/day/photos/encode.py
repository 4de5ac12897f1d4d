"""Take from a photo what it shows and nothing else: no place, no device, no bytes that are not its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, TypeVar

from booking.process.memory import trim_memory
from workshops.refusals import Refusal

if TYPE_CHECKING:
    from PIL import Image

BYTES_MOST = 8_000_000
# A plain JPEG is read at a fraction of its size. A PNG, a WebP, a progressive JPEG is read whole, at four bytes a point
# and twice at once: 16 millions of points are 130 MB for a moment, 49 millions were 400.
POINTS_MOST = 50_000_000
POINTS_READ_WHOLE_MOST = 16_000_000
SIDE_MOST = 1600
QUALITY = 85
_IN_TURN = asyncio.Lock()
Read = TypeVar("Read")


class PhotoRefused(Refusal):
    """A file that is no photo, or too large a one."""

    kind = "photo-refused"
    status = 422
    title = "Photo refusée"
    sentence = "Ce fichier ne se lit pas comme une photo : envoyez une image JPEG, PNG ou WebP."


async def in_turn(read: Callable[[bytes], Read], content: bytes) -> Read:
    """What a reader makes of a file, out of the way of the pages, and one at a time: a picture or a PDF being read
    outweighs all of them."""
    async with _IN_TURN:
        return await asyncio.to_thread(read, content)


async def encode_in_turn(content: bytes) -> bytes:
    """encode_photo() in its turn."""
    return await in_turn(encode_photo, content)


def encode_photo(content: bytes, *, most: int = BYTES_MOST) -> bytes:
    """The picture drawn anew as a JPEG of 1 600 points at most on its longer side, upright; raises PhotoRefused.

    What it is comes from its first bytes, whatever its name says, and its size is known before it is decoded.
    """
    if len(content) > most:
        raise PhotoRefused(
            f"Cette photo pèse plus de {most // 1_000_000} Mo : prenez-la en plus petit, ou réduisez-la."
        )
    try:
        return _drawn_anew(content, _form_of(content))
    finally:
        trim_memory()


def _drawn_anew(content: bytes, form: str) -> bytes:
    from PIL import Image, ImageOps  # noqa: PLC0415 - heavy, for those who send a photo alone

    try:
        with Image.open(BytesIO(content), formats=(form,)) as sent:
            _refuse_too_many_points(sent)
            sent.draft("RGB", (SIDE_MOST, SIDE_MOST))
            sent.thumbnail((SIDE_MOST, SIDE_MOST))
            shown = ImageOps.exif_transpose(sent).convert("RGBA")
    except PhotoRefused:
        raise
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError):
        raise PhotoRefused() from None
    # A new picture: whatever the file carried beside its points stays behind.
    drawn = Image.new("RGB", shown.size, "white")
    drawn.paste(shown, mask=shown.getchannel("A"))
    kept = BytesIO()
    drawn.save(kept, "JPEG", quality=QUALITY, optimize=True)
    return kept.getvalue()


def _refuse_too_many_points(sent: Image.Image) -> None:
    """By its first bytes alone, before anything is decoded."""
    in_parts = sent.format == "JPEG" and not sent.info.get("progressive")
    most = POINTS_MOST if in_parts else POINTS_READ_WHOLE_MOST
    if sent.width * sent.height > most:
        raise PhotoRefused(
            f"Cette photo compte plus de {most // 1_000_000} millions de points :"
            " prenez-la en plus petit, ou envoyez-la en JPEG."
        )


def _form_of(content: bytes) -> str:
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    raise PhotoRefused()
