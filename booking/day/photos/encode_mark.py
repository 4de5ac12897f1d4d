"""Take from a mark what it shows and nothing else, as a small PNG that pages and papers bear."""

from __future__ import annotations

import asyncio
from io import BytesIO
from typing import TYPE_CHECKING

from booking.process.memory import trim_memory
from workshops.academie.show_mark import DrawnMark
from workshops.refusals import Invalid

if TYPE_CHECKING:
    from PIL import Image

BYTES_MOST = 2_000_000
POINTS_MOST = 16_000_000
# Three times what a screen shows, and sharp on paper at 7.5 mm high. A mark has few colours.
WIDE_MOST, HIGH_MOST, COLOURS = 480, 120, 64
NO_PNG = "ce fichier ne se lit pas comme une image PNG : exportez la marque en PNG. Un SVG n'est pas accepté."
PNG = b"\x89PNG\r\n\x1a\n"


async def encode_mark(content: bytes) -> DrawnMark:
    """The mark drawn anew as a PNG of 480 points by 120 at most, its transparency kept; raises Invalid.

    What it is comes from its first bytes, whatever its name says, and its size is known before it is decoded.
    """
    if len(content) > BYTES_MOST:
        raise _refused("cette marque pèse plus de 2 Mo : exportez-la en plus petit.")
    if not content.startswith(PNG):
        raise _refused(NO_PNG)
    return await asyncio.to_thread(_drawn_anew, content)


def _drawn_anew(content: bytes) -> DrawnMark:
    from PIL import Image  # noqa: PLC0415 - heavy, for those who send a mark alone

    try:
        with Image.open(BytesIO(content), formats=("PNG",)) as sent:
            if sent.width * sent.height > POINTS_MOST:
                raise _refused("cette marque compte plus de 16 millions de points : exportez-la en plus petit.")
            sent.thumbnail((WIDE_MOST, HIGH_MOST))
            shown = sent.convert("RGBA")
        return _kept(shown)
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError):
        raise _refused(NO_PNG) from None
    finally:
        trim_memory()


def _kept(shown: Image.Image) -> DrawnMark:
    """A new picture: whatever the file carried beside its points stays behind."""
    from PIL import Image  # noqa: PLC0415 - as above

    drawn = Image.new("RGBA", shown.size)
    drawn.paste(shown)
    kept = BytesIO()
    drawn.quantize(COLOURS, method=Image.Quantize.FASTOCTREE).save(kept, "PNG", optimize=True)
    return DrawnMark(kept.getvalue(), *shown.size)


def _refused(why: str) -> Invalid:
    return Invalid({"image": f"Image : {why}"})
