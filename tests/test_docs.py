"""README.md, CONTRIBUTING.md and docs/ name what is there: files, commands, each other, and the figures of one run."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GUIDES = [
    *(ROOT / f"{name}.md" for name in ("README", "CONTRIBUTING", "CHANGELOG", "SECURITY")),
    *sorted((ROOT / "docs").glob("*.md")),
]
ENDINGS = "py|md|toml|html|mjs|js|css|sh|yaml|yml|conf|cfg|sql|lock|ini"
FILE = re.compile(rf"(?<![\w/@-])((?:[\w.-]+/)*[\w.-]+\.(?:{ENDINGS}))(?![\w-])")
FOLDER = re.compile(
    r"(?<![\w/.-])((?:booking|workshops|templates|tests|deploy|docs|piccolo_migrations)(?:/[\w-]+)+/?)(?![\w.*@-])"
)
LINK = re.compile(r"\]\(([^)#:]+)?(?:#([\w-]+))?\)")
# Of a reader's machine, of a spreadsheet, of a package, or made by the reader.
OTHERS = {"ical.js", "invitation.ics", "site.css", "worker.js", "launch.json", "NAME.html", "workshops_2600_lift.py"}
MOST = 12_000  # bytes: one screen that tells what it is, then who, where and how fast


def code_of(guide: Path) -> str:
    """What a guide writes as code: between backticks and in its indented blocks; an unpacked archive is this tree."""
    text = re.sub(r"\btechnilab-\d+\.\d+\.\d+/", "", guide.read_text())
    return "\n".join([*re.findall(r"`([^`\n]+)`", text), *re.findall(r"^ {4,}.*$", text, re.MULTILINE)])


def name_of(guide: Path) -> str:
    return str(guide.relative_to(ROOT))


def tracked() -> list[str]:
    told = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return told.stdout.splitlines()


@pytest.mark.parametrize("guide", GUIDES, ids=name_of)
def test_each_file_and_folder_that_a_guide_names_is_there(guide: Path) -> None:
    files, code = [f"/{file}" for file in tracked()], code_of(guide)
    named = {one for one in FILE.findall(code) if Path(one).name not in OTHERS and not one.startswith("var/")}
    gone = {one for one in named if not any(file.endswith(f"/{one}") for file in files)}
    gone |= {one for one in FOLDER.findall(code) if not (ROOT / one).exists() and Path(one).name not in OTHERS}
    assert gone == set()


@pytest.mark.parametrize("guide", GUIDES, ids=name_of)
def test_each_page_that_a_guide_leads_to_is_there(guide: Path) -> None:
    gone = []
    for page, part in LINK.findall(guide.read_text()):
        file = guide.parent / page if page else guide
        if not file.exists() or (part and part not in anchors(file)):
            gone.append(f"{page}#{part}")
    assert gone == []


def anchors(file: Path) -> set[str]:
    """The parts of a page by the names that GitHub and GitLab give them."""
    titles = re.findall(r"^#+ (.+)$", file.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in titles}


@pytest.mark.parametrize("guide", GUIDES, ids=name_of)
def test_make_knows_each_target_that_a_guide_names(guide: Path) -> None:
    named = set(re.findall(r"\bmake (?:-n )?([a-z]+)\b", code_of(guide)))
    known = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert named - known == set()


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_bytes()) <= MOST


def test_the_figures_of_the_readme_are_those_of_one_run_that_is_told() -> None:
    """The operation, how many a second and how long, as the newer version has them in the table of both."""
    excerpt = (ROOT / "README.md").read_text().split("\n## Measured\n")[1].split("\n## ")[0]
    run = (ROOT / "docs" / "measured.md").read_text().split("\n## An older version and now")[1].split("\n## ")[0]
    whole = {cells[0]: cells[3:5] for cells in map(cells_of, run.splitlines()) if len(cells) == 6}
    shown = {cells[0]: cells[1:3] for cells in map(cells_of, excerpt.splitlines()) if len(cells) == 4}
    del shown["---"], shown["operation"]
    assert len(shown) > 5
    assert shown == {operation: whole.get(operation) for operation in shown}


def cells_of(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
