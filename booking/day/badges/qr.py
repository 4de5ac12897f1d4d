"""The QR code of a badge: always version 2, level Q, mask 0, so that it costs a fraction of a general one."""

from __future__ import annotations

import re

SIDE = 25
QUIET = 4
VERSION = 2
MASK = 0  # The lowest mean penalty (ISO/IEC 18004, 7.8.3) over our tokens.

_DARK = re.compile(b"\x01+")


def matrix(token: str) -> tuple[bytes, ...]:
    """25 rows of 25 modules, 1 where it is dark. `token` is 29 characters of the alphanumeric mode."""
    from qrcode.constants import ERROR_CORRECT_Q  # noqa: PLC0415 - it loads Pillow, for those who print alone
    from qrcode.main import QRCode  # noqa: PLC0415 - as above
    from qrcode.util import MODE_ALPHA_NUM, QRData  # noqa: PLC0415 - as above

    code = QRCode(version=VERSION, error_correction=ERROR_CORRECT_Q, mask_pattern=MASK)
    code.add_data(QRData(token.encode("ascii"), mode=MODE_ALPHA_NUM))
    code.make(fit=False)
    return tuple(map(bytes, code.modules))


def runs(rows: tuple[bytes, ...]) -> list[tuple[int, int, int]]:
    """The dark modules, neighbours in a row merged: left, top and width, in modules from the top left."""
    return [(run.start(), top, len(run[0])) for top, row in enumerate(rows) for run in _DARK.finditer(row)]


def path(token: str) -> str:
    """The code as one PDF path in modules, y downwards. Filled at once, no viewer shows a seam between modules."""
    return " ".join(f"{left} {top} {width} 1 re" for left, top, width in runs(matrix(token))) + " f"
