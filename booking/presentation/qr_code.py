"""A QR code for a screen or a paper, drawn on the server: no other site sees what it holds."""

from __future__ import annotations

from msgspec import Struct

QUIET = 4


class ScreenCode(Struct, frozen=True):
    """A QR code: `side` modules square, four quiet ones at each edge; where it is `dark`."""

    side: int
    dark: tuple[tuple[int, int], ...]

    @property
    def path(self) -> str:
        """Its dark modules as one path."""
        return "".join(f"M{left} {top}h1v1h-1z" for left, top in self.dark)


def screen_code(text: str) -> ScreenCode:
    """The code of an address or of a secret, to be read by another phone."""
    from qrcode.constants import ERROR_CORRECT_M  # noqa: PLC0415 - only the pages that show a code pay for it
    from qrcode.main import QRCode  # noqa: PLC0415 - as above

    code = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET)
    code.add_data(text)
    rows = code.get_matrix()
    dark = tuple((left, top) for top, row in enumerate(rows) for left, dark in enumerate(row) if dark)
    return ScreenCode(side=len(rows), dark=dark)
