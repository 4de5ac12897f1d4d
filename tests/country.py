"""The ministry's whole file, made from the shape of the real lines of one académie."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

from workshops.schools.rules import ACADEMIES, UAI_KEYS

OFFICIAL = Path(__file__).parents[1] / "booking" / "demo" / "files" / "etablissements.csv"
# Of Nancy-Metz; any other académie is in one département of its own.
LORRAINE = {"054": "Meurthe-et-Moselle", "055": "Meuse", "057": "Moselle", "088": "Vosges"}
# How many of the country's lines are neither a collège nor a lycée.
OTHERS = ("Ecole", "Ecole", "Ecole", "Ecole", "Medico-social", "Service Administratif")

Cells = dict[str, str]


def uai_of(number: int) -> str:
    """A valid UAI for any number."""
    return f"{number:07d}{UAI_KEYS[number % 23]}"


def real_lines() -> list[Cells]:
    """The 260 lines of the académie de Besançon."""
    return list(csv.DictReader(io.StringIO(OFFICIAL.read_text(encoding="utf-8")), delimiter=";"))


def elsewhere(lines: list[Cells], academie: str, departments: dict[str, str], *, first: int) -> list[Cells]:
    """The same schools as another académie's: other numbers, départements, names, streets, communes and mailboxes."""
    codes = list(departments)
    numbers = {one["Identifiant_de_l_etablissement"]: uai_of(first + at) for at, one in enumerate(lines)}
    told = []
    for at, one in enumerate(lines):
        code, uai = codes[at % len(codes)], numbers[one["Identifiant_de_l_etablissement"]]
        kind = one["Type_etablissement"]
        changed = {
            "Identifiant_de_l_etablissement": uai,
            "Nom_etablissement": f"{kind} {academie} {at}",
            "Adresse_1": f"{at + 1} rue de la Gare",
            "Code_postal": f"{code[1:]}{at % 1000:03d}",
            "Nom_commune": f"{academie}-{at % 40}",
            "Code_departement": code,
            "Libelle_departement": departments[code],
            "Libelle_academie": academie,
            "Libelle_region": "",
            "Mail": f"ce.{uai.lower()}@ac-exemple.fr",
            "Web": "",
            "etablissement_mere": numbers.get(one["etablissement_mere"], ""),
        }
        told.append(one | changed)
    return told


def country(lines_wanted: int) -> Iterator[Cells]:
    """So many lines: every académie's collèges and lycées as Besançon's are, among five times as many other places."""
    real = real_lines()
    others = [one for one in ACADEMIES if one not in {"Besançon", "Nancy-Metz"}]
    schools = real + elsewhere(real, "Nancy-Metz", LORRAINE, first=540_000)
    for number, name in enumerate(others):
        schools += elsewhere(real, name, {f"{number + 100}": f"Département de {name}"}, first=1_000_000 + 1000 * number)
    yield from schools
    for at in range(lines_wanted - len(schools)):
        like = schools[at % len(schools)]
        yield like | {
            "Identifiant_de_l_etablissement": uai_of(5_000_000 + at),
            "Type_etablissement": OTHERS[at % len(OTHERS)],
            "etablissement_mere": "",
        }


def write_file(
    path: Path, lines: Iterator[Cells] | list[Cells], *, change: Callable[[int, Cells], Cells] | None = None
) -> int:
    """The lines as the ministry writes them, with a line changed where asked; returns how many bytes."""
    with path.open("w", encoding="utf-8", newline="") as file:
        names = list(real_lines()[0])
        writer = csv.DictWriter(file, names, delimiter=";", lineterminator="\n")
        writer.writeheader()
        writer.writerows(change(at, one) if change else one for at, one in enumerate(lines, start=2))
    return path.stat().st_size
