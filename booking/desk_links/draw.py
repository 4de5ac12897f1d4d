"""Drawing a desk link as a QR code, to pass it from one phone to the next."""

from __future__ import annotations

from dataclasses import dataclass

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

QUIET = 4


@dataclass(frozen=True)
class LinkDrawing:
    """An SVG path in modules, in a square of `side` modules that holds its quiet zone."""

    side: int
    path: str


def draw_link(address: str) -> LinkDrawing:
    """The QR code of an address, at the smallest version that holds it."""
    code = QRCode(error_correction=ERROR_CORRECT_M)
    code.add_data(address)
    code.make(fit=True)
    dark = (
        f"M{left + QUIET} {top + QUIET}h1v1h-1z"
        for top, line in enumerate(code.modules)
        for left, module in enumerate(line)
        if module
    )
    return LinkDrawing(side=len(code.modules) + 2 * QUIET, path="".join(dark))
