"""A look of another package: its header, its footer, its colours in place of ours.

An entitled State site wears its own design, which is not ours to install. Such a package declares one entry point of
the group `technilab.look`, the name of a module whose folder holds `_header.html`, `_footer.html` (in place of the
templates of these names) and `palette.css` (after ours: the variables of `booking/static/css/palette.css`), or some of
them.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

from booking.process.settings import SettingsRefused

GROUP = "technilab.look"
PALETTE = "palette.css"


@cache
def look() -> Path | None:
    """The folder of the package whose look is worn, None for ours. Raises SettingsRefused where there are several."""
    found = tuple(entry_points(group=GROUP))
    if len(found) > 1:
        names = ", ".join(sorted(point.value for point in found))
        raise SettingsRefused(
            f"Technilab ne démarre pas : plusieurs habillages sont installés ({names}). Gardez-en un."
        )
    for point in found:
        spec = find_spec(point.module)
        if spec is None or spec.origin is None:
            raise SettingsRefused(f"Technilab ne démarre pas : l'habillage {point.value} ne se trouve pas.")
        return Path(spec.origin).parent
    return None


@cache
def palette() -> bytes | None:
    """The colours of that look, None where ours are kept."""
    folder = look()
    return (folder / PALETTE).read_bytes() if folder is not None and (folder / PALETTE).is_file() else None
