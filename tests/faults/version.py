"""Of which code a fault run was: rounds of different code are never added up."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any

from tests.command_line import ROOT

# A report that is written does not make it another.
CODE = (".", ":!docs", ":!README.md", ":!CONTRIBUTING.md")


def version() -> str:
    """Its last commit, with a digest of what was changed since; empty where there is no git."""
    commit, changed = _git("log", "-1", "--format=%h", "--abbrev=10"), _git("diff", "HEAD")
    return commit + (f"-{hashlib.sha256(changed.encode()).hexdigest()[:6]}" if changed else "")


def kept(file: Path) -> list[dict[str, Any]]:
    """What was done so far, a line each."""
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def nothing_to_run(file: Path) -> str:
    return f"All of it was done with this code, and nothing is run: it begins anew without {file}."


def _git(*words: str) -> str:
    command = ["git", *words, "--", *CODE]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
