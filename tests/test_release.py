"""What goes with a version: its journal, whom to warn, its entry for catalogues, how far its dependencies go."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from packaging.licenses import canonicalize_license_expression
from packaging.requirements import Requirement

from booking.process.version import VERSION

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
JOURNAL = (ROOT / "CHANGELOG.md").read_text()
SECURITY = (ROOT / "SECURITY.md").read_text()
MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre")
MONTHS += ("novembre", "décembre")


def headings(level: int, text: str = JOURNAL) -> list[str]:
    return re.findall(rf"^{'#' * level} (.+)$", text, re.MULTILINE)


def git(*words: str) -> str:
    ran = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return ran.stdout.strip()


def test_the_first_heading_of_the_journal_is_the_version() -> None:
    first = re.search(r"^#+ (.+)$", JOURNAL, re.MULTILINE)
    assert first and first[1] == PROJECT["version"] == VERSION


def test_a_tag_on_the_commit_says_the_same_version() -> None:
    tags = [tag for tag in git("tag", "--points-at", "HEAD").split() if re.fullmatch(r"v\d.*", tag)]
    assert tags in ([], [f"v{VERSION}"])


def test_the_journal_says_what_each_role_gains_and_the_api_apart() -> None:
    newest = JOURNAL.split("\n## ")[1]
    roles = ["Enseignants", "Chefs d'établissement", "Lycées", "Entreprises", "Coordination", "Administrateurs"]
    assert headings(3, newest) == [*roles, "API"]


def journal_s_day() -> date:
    told = re.search(rf"^(\d+)(?:er)? ({'|'.join(MONTHS)}) (\d{{4}})\.", JOURNAL.split("\n## ")[1], re.MULTILINE)
    assert told
    return date(int(told[3]), MONTHS.index(told[2]) + 1, int(told[1]))


def test_what_is_cared_for_is_the_version_that_is_here_and_each_reader_is_led_to_security_txt() -> None:
    first = re.findall(r"^\| (\S+) \| oui \|$", SECURITY, re.MULTILINE)[0]
    assert first == f"{'.'.join(VERSION.split('.')[:2])}.x"
    served = (ROOT / "booking" / "web" / "public" / "statements.py").read_text()
    for said in ("/.well-known/security.txt", "Contact"):
        assert said in SECURITY and said in served
    # The languages in which security.txt says that one may write are those of the file.
    (languages,) = re.findall(r'"Preferred-Languages: (.+)"', served)
    assert (languages, "En français ou en anglais" in SECURITY, "In English" in SECURITY) == ("fr, en", True, True)


@pytest.mark.parametrize("file", ["README.md", "CONTRIBUTING.md"])
def test_the_guides_lead_to_journal_and_security(file: str) -> None:
    text = (ROOT / file).read_text()
    assert "(CHANGELOG.md)" in text and "(SECURITY.md)" in text


@pytest.mark.parametrize("group", ["dependencies", *PROJECT["optional-dependencies"]])
def test_no_dependency_may_become_whatever_comes(group: str) -> None:
    asked = PROJECT["dependencies"] if group == "dependencies" else PROJECT["optional-dependencies"][group]
    unbound = [one for one in asked if not any(s.operator in {"<", "<=", "=="} for s in Requirement(one).specifier)]
    assert unbound == []


def test_packages_of_the_pages_and_of_the_build_are_pinned() -> None:
    pages = json.loads((ROOT / "package.json").read_text())
    every = pages["dependencies"] | pages["devDependencies"]
    assert {name: one for name, one in every.items() if not re.fullmatch(r"\d+\.\d+\.\d+", one)} == {}
    build = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
    assert all("==" in one for one in build)


# publiccode.yml 0.5 (yml.publiccode.tools): keys, types, and which of them have to be there.
URL, DAY, LANGUAGE = r"https?://\S+", r"\d{4}-\d\d-\d\d", r"[a-z]{2,3}(-[A-Za-z0-9]+)*"
DEPENDENCIES = [{"name!": str, "versionMin": str, "versionMax": str, "version": str, "optional": bool}]
CONTACTS = [{"name!": str, "email": r"\S+@\S+", "phone": str, "affiliation": str}]
CONTRACTORS = [{"name!": str, "until!": DAY, "email": r"\S+@\S+", "website": URL}]
STANDARD = {
    "publiccodeYmlVersion!": r"0\.5(\.0)?",
    **{"name!": str, "applicationSuite": str, "url!": URL, "landingURL": URL, "isBasedOn": [URL]},
    **{"softwareVersion": str, "releaseDate": DAY, "logo": str, "platforms!": [str], "usedBy": [str], "roadmap": URL},
    "organisation": {"name!": str, "uri": str},
    "fundedBy": [{"name!": str, "uri": str}],
    "categories": ["appointment-scheduling|data-collection|event-management|online-booking|visitor-management"],
    "developmentStatus!": "concept|development|beta|stable|obsolete",
    "softwareType!": "standalone/(mobile|iot|desktop|web|backend|other)|addon|library|configurationFiles",
    "intendedAudience": {"scope": ["education"], "countries": ["[A-Z]{2}"], "unsupportedCountries": ["[A-Z]{2}"]},
    "description!": {
        f"<{LANGUAGE}>": {
            **{"localisedName": str, "shortDescription!": r".{1,150}", "longDescription!": r"(?s).{150,10000}"},
            **{"documentation": URL, "apiDocumentation": URL, "features!": [str], "screenshots": [str]},
            **{"videos": [URL], "awards": [str]},
        }
    },
    "legal!": {"license!": str, "mainCopyrightOwner": str, "repoOwner": str},
    "maintenance!": {
        **{"type!": "internal|contract|community|none", "contractors": CONTRACTORS, "contacts": CONTACTS},
    },
    "localisation!": {"localisationReady!": bool, "availableLanguages!": [LANGUAGE]},
    "dependsOn": {"open": DEPENDENCIES, "proprietary": DEPENDENCIES, "hardware": DEPENDENCIES},
}


def wrong_in(value: Any, told: Any, at: str = "") -> list[str]:
    """What is not as the standard says, by the name of its key."""
    if isinstance(told, dict):
        if not isinstance(value, dict):
            return [at]
        bare = {name.removesuffix("!"): one for name, one in told.items()}
        named = next((name for name in bare if name.startswith("<")), None)
        found = [f"{at}.{name[:-1]}" for name in told if name.endswith("!") and name[:-1] not in value]
        for name, one in value.items():
            how = bare.get(name, bare[named] if named and re.fullmatch(named[1:-1], name) else None)
            found += [f"{at}.{name}"] if how is None else wrong_in(one, how, f"{at}.{name}")
        return found
    if isinstance(told, list):
        every = value if isinstance(value, list) else [None]
        return [wrong for number, one in enumerate(every) for wrong in wrong_in(one, told[0], f"{at}.{number}")]
    if isinstance(told, str):
        return [] if isinstance(value, str) and re.fullmatch(told, value.strip()) else [at]
    return [] if type(value) is told else [at]


CATALOGUED = yaml.safe_load((ROOT / "publiccode.yml").read_text())


def test_the_entry_for_catalogues_is_right_by_the_standard_and_says_what_waits_for_its_owner() -> None:
    wrong = wrong_in(CATALOGUED, STANDARD)
    if "license" in CATALOGUED["legal"]:
        assert canonicalize_license_expression(CATALOGUED["legal"]["license"]) == PROJECT["license"]
    else:
        assert wrong == [".legal.license"]
        assert "license" not in PROJECT
    # What the standard takes and no catalogue can use is said to wait, where it stands.
    host = urlsplit(CATALOGUED["url"]).hostname or ""
    mailbox = any("email" in one for one in CATALOGUED["maintenance"]["contacts"])
    told = (ROOT / "publiccode.yml").read_text()
    assert ("L'adresse du dépôt attend" in told) == host.endswith(".example")
    assert ("La boîte des mainteneurs attend" in told) == (not mailbox)
    if CATALOGUED["maintenance"]["type"] in {"internal", "community"}:
        assert CATALOGUED["maintenance"]["contacts"]


def test_the_entry_for_catalogues_speaks_of_the_version_that_is_here() -> None:
    assert CATALOGUED["softwareVersion"] == VERSION
    assert CATALOGUED["releaseDate"] == journal_s_day().isoformat()
    assert [one for one in CATALOGUED["description"]["fr"]["screenshots"] if not (ROOT / one).is_file()] == []


@pytest.mark.parametrize(
    ("path", "told", "wrong"),
    [
        (("url",), None, ".url"),
        (("softwareVersion",), 1.0, ".softwareVersion"),
        (("releaseDate",), date(2026, 12, 1), ".releaseDate"),
        (("platforms",), "web", ".platforms.0"),
        (("legal", "licence"), "MIT", ".legal.licence"),
        (("description", "fr", "shortDescription"), "x" * 151, ".description.fr.shortDescription"),
        (("localisation", "localisationReady"), "no", ".localisation.localisationReady"),
        (("maintenance", "type"), "volunteers", ".maintenance.type"),
    ],
)
def test_what_is_wrong_in_such_an_entry_is_found(path: tuple[str, ...], told: Any, wrong: str) -> None:
    broken = json.loads(json.dumps(CATALOGUED))
    *into, name = path
    inner = broken
    for one in into:
        inner = inner[one]
    inner[name] = told
    assert wrong in wrong_in(broken, STANDARD)
