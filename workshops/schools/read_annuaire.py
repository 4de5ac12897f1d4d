"""Read the ministry's file of schools, and name each line that cannot be taken.

The file is `fr-en-annuaire-education` of data.education.gouv.fr (Licence Ouverte 2.0) or an extract of it.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from workshops.plain_words import one_line
from workshops.schools.rules import FileRefused, department_of, is_uai, text_of, zone_of

ROWS_MOST = 5_000
NEEDED = (
    "Identifiant_de_l_etablissement",
    "Nom_etablissement",
    "Type_etablissement",
    "Code_departement",
    "Libelle_academie",
)
KINDS = {"Collège": "college", "Lycée": "lycee"}
SECTORS = {"Public": "public", "Privé": "prive"}
PRIORITIES = ("", "REP", "REP+")
LENGTHS = {
    "Nom_etablissement": 200,
    "Type_contrat_prive": 40,
    "Code_postal": 5,
    "Nom_commune": 80,
    "Code_commune": 5,
    "Code_departement": 3,
    "Telephone": 30,
    "Mail": 120,
    "Web": 200,
}


@dataclass(frozen=True)
class Line:
    """One school as the file describes it; `whole` is the UAI of the lycée that a section belongs to."""

    uai: str
    name: str
    kind: str
    sector: str
    contract: str
    address: str
    postcode: str
    commune: str
    insee: str
    department: str
    lat: float | None
    lon: float | None
    phone: str
    mail: str
    web: str
    priority: str
    zone: str
    has_segpa: bool
    whole: str


def read_annuaire(content: bytes) -> tuple[list[Line], int]:
    """The collèges and lycées of a file in UTF-8 or CP1252, and how many lines are another kind of place.

    Raises FileRefused with every line in error ("ligne 14 : ...").
    """
    reader = csv.reader(io.StringIO(text_of(content), newline=""), delimiter=";")
    header = next(reader, [])
    missing = [name for name in NEEDED if name not in header]
    if missing:
        raise FileRefused(f"ligne 1 : colonnes absentes ({', '.join(missing)}) ; le séparateur est le point-virgule")
    lines: list[Line] = []
    errors: list[str] = []
    seen: dict[str, int] = {}
    others = 0
    for cells in reader:
        number = reader.line_num
        if number > ROWS_MOST + 1:
            raise FileRefused(f"le fichier dépasse {ROWS_MOST} lignes : importez-le en plusieurs fois")
        if not any(cells):
            continue
        if len(cells) != len(header):
            errors.append(f"ligne {number} : {len(cells)} colonnes au lieu de {len(header)}")
            continue
        cell = {name: one_line(text) for name, text in zip(header, cells, strict=True)}
        if cell["Type_etablissement"] not in KINDS or cell.get("etat") == "FERME":
            others += 1
            continue
        line, wrong = _read(cell)
        if line.uai in seen:
            wrong.append(f"l'UAI {line.uai} est déjà donné ligne {seen[line.uai]}")
        seen.setdefault(line.uai, number)
        lines.append(line)
        errors.extend(f"ligne {number} : {why}" for why in wrong)
    if errors:
        raise FileRefused(*errors)
    if not lines:
        raise FileRefused("le fichier ne contient ni collège ni lycée")
    return lines, others


def _read(cell: dict[str, str]) -> tuple[Line, list[str]]:
    wrong: list[str] = []
    uai = cell["Identifiant_de_l_etablissement"].upper()
    if not is_uai(uai):
        wrong.append(f"l'UAI « {uai} » n'est pas valable (7 chiffres et leur clé)")
    if not cell["Nom_etablissement"]:
        wrong.append("le nom manque")
    zone = zone_of(cell["Libelle_academie"])
    if zone is None:
        wrong.append(f"l'académie « {cell['Libelle_academie']} » n'est pas connue")
    if not cell["Code_departement"]:
        wrong.append("le département manque")
    whole = cell.get("etablissement_mere", "").upper()
    if whole and not is_uai(whole):
        wrong.append(f"l'établissement mère « {whole} » n'a pas un UAI valable")
    priority = cell.get("Appartenance_Education_Prioritaire", "")
    if priority not in PRIORITIES:
        wrong.append(f"l'éducation prioritaire « {priority} » n'est ni REP ni REP+")
    wrong.extend(
        f"{name} dépasse {most} caractères" for name, most in LENGTHS.items() if len(cell.get(name, "")) > most
    )
    lat, lon = cell.get("latitude", ""), cell.get("longitude", "")
    if not (_are_degrees(lat, 90) and _are_degrees(lon, 180)) or bool(lat) != bool(lon):
        wrong.append("la latitude et la longitude ne sont pas des nombres de degrés")
        lat = lon = ""
    address = ", ".join(filter(None, (cell.get(f"Adresse_{part}", "") for part in (1, 2, 3))))
    line = Line(
        uai=uai,
        name=cell["Nom_etablissement"],
        kind=KINDS[cell["Type_etablissement"]],
        sector=SECTORS.get(cell.get("Statut_public_prive", ""), "public"),
        contract=cell.get("Type_contrat_prive", ""),
        address=address[:200],
        postcode=cell.get("Code_postal", ""),
        commune=cell.get("Nom_commune", ""),
        insee=cell.get("Code_commune", ""),
        department=department_of(cell["Code_departement"]),
        lat=float(lat) if lat else None,
        lon=float(lon) if lon else None,
        phone=cell.get("Telephone", ""),
        mail=cell.get("Mail", ""),
        web=cell.get("Web", ""),
        priority=priority,
        zone=zone or "",
        has_segpa=cell.get("Segpa") == "1",
        whole="" if whole == uai else whole,
    )
    return line, wrong


def _are_degrees(text: str, most: int) -> bool:
    try:
        return not text or abs(float(text)) <= most
    except ValueError:
        return False
