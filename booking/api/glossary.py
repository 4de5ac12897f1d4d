"""The words of the JSON API, each said once in glossary.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path

_TOLD = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
RESOURCES: dict[str, str] = _TOLD["resources"]
"""What each first word of a path is."""
WORDS: dict[str, str] = _TOLD["fields"]
"""What a field or a parameter means, wherever it stands."""
