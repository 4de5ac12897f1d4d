"""Take from a photo what it shows and nothing else: no place, no device, no bytes that are not its own."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageOps

from workshops.refusals import Refusal

BYTES_MOST = 8_000_000
POINTS_MOST = 50_000_000
SIDE_MOST = 1600
QUALITY = 85


class PhotoRefused(Refusal):
    """A file that is no photo, or too large a one."""

    kind = "photo-refused"
    status = 422
    title = "Photo refusée"
    sentence = "Ce fichier ne se lit pas comme une photo : envoyez une image JPEG, PNG ou WebP."


def encode_photo(content: bytes) -> bytes:
    """The picture drawn anew as a JPEG of 1 600 points at most on its longer side, upright; raises PhotoRefused.

    What it is comes from its first bytes, whatever its name says, and its size is known before it is decoded.
    """
    if len(content) > BYTES_MOST:
        raise PhotoRefused("Cette photo pèse plus de 8 Mo : prenez-la en plus petit, ou réduisez-la.")
    form = _form_of(content)
    try:
        with Image.open(BytesIO(content), formats=(form,)) as sent:
            if sent.width * sent.height > POINTS_MOST:
                raise PhotoRefused("Cette photo compte plus de 50 millions de points : prenez-la en plus petit.")
            # A JPEG is read at a fraction of its size; the others are not, and no other form is let in.
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


def _form_of(content: bytes) -> str:
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    raise PhotoRefused()
