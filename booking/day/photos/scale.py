"""A picture in the two sizes that pages show, each of a few kilobytes. Heavy: only what keeps pictures imports it."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageOps

from booking.day.photos.encode import PhotoRefused

# Points across and down, and the most bytes.
LARGE, LARGE_MOST = (960, 720), 60_000
SMALL, SMALL_MOST = (480, 360), 12_000
QUALITIES = (76, 66, 56, 46, 36, 26, 16)
# A busy picture is drawn with fewer points rather than heavier.
SHARES = (1.0, 0.8, 0.65, 0.5)


def in_two_sizes(photo: bytes) -> tuple[bytes, bytes]:
    """The large and the small picture, as WebP cut to 4 by 3, of a photo that encode_photo() drew anew.

    Raises PhotoRefused when it has too few points.
    """
    with Image.open(BytesIO(photo)) as drawn:
        if drawn.width < SMALL[0] or drawn.height < SMALL[1]:
            raise PhotoRefused(f"Cette image est trop petite : il faut {SMALL[0]} points sur {SMALL[1]} au moins.")
        return _lightened(drawn, LARGE, LARGE_MOST), _lightened(drawn, SMALL, SMALL_MOST)


def _lightened(drawn: Image.Image, size: tuple[int, int], most: int) -> bytes:
    """The best that is light enough; the lightest when none is."""
    across = min(size[0], drawn.width, drawn.height * 4 // 3)
    written = b""
    for share in SHARES:
        wide = int(across * share)
        cut = ImageOps.fit(drawn, (wide, wide * 3 // 4))
        for quality in QUALITIES:
            written = _webp(cut, quality)
            if len(written) <= most:
                return written
    return written


def _webp(cut: Image.Image, quality: int) -> bytes:
    kept = BytesIO()
    cut.save(kept, "WEBP", quality=quality)
    return kept.getvalue()
