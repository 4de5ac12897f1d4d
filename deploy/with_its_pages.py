"""What the build of a wheel or of an archive asks first: whether the pages' style sheets and scripts are there, whole,
and the API's document.

Without them a wheel would install and serve nothing; what makes them is npm, which a build does not have.
"""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILT = Path("booking", "static", "built")
DOCUMENT = Path("booking", "api", "built", "openapi.json")
MISSING = "Technilab ne se construit pas : {} Lancez make wheel, qui les fait d'abord."


class WithItsPages(BuildHookInterface[Any]):
    """Refuses in words; an editable install, which `make setup` makes before them, is not asked."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Before anything is written."""
        if version != "editable" and (wrong := wrong_of(Path(self.root) / BUILT) or undescribed(Path(self.root))):
            sys.exit(MISSING.format(wrong))


def wrong_of(built: Path) -> str:
    """What is not as `make setup` leaves it, in a sentence; empty where all is."""
    manifest = built / "manifest.json"
    if not manifest.is_file():
        return "les feuilles de style et les scripts de ses pages manquent."
    names = json.loads(manifest.read_text()).values()
    odd = sorted(name for name in names if not _is_named_for_its_content(built / name))
    return f"ces fichiers de ses pages manquent ou sont altérés, {', '.join(odd)}." if odd else ""


def undescribed(root: Path) -> str:
    """The same of the API's document."""
    return "" if (root / DOCUMENT).is_file() else "le document de son API manque."


def _is_named_for_its_content(file: Path) -> bool:
    return file.is_file() and file.stem.endswith(sha256(file.read_bytes()).hexdigest()[:10])
