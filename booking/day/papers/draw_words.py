"""Words on a paper. Whatever was typed is escaped: Paragraph would read its markup, and open the file it names."""

from __future__ import annotations

from xml.sax.saxutils import escape

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Paragraph

from booking.day.badges.draw import printable
from booking.wording import unbroken


def written(text: str, style: ParagraphStyle, *, bullet: str | None = None) -> Paragraph:
    """A paragraph of plain text: no tag of it is read, no scheme in it is followed."""
    return Paragraph(escape(unbroken(printable(text))), style, bulletText=bullet)
