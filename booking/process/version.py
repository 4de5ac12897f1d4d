"""The version of the installed package: the one line of pyproject.toml, as `pip` knows it."""

from __future__ import annotations

from importlib.metadata import version

VERSION = version("technilab")
