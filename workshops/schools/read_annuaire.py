"""Read the ministry's file of schools, and name each line that cannot be taken.

The file is `fr-en-annuaire-education` of data.education.gouv.fr (Licence Ouverte 2.0) or an extract of it.
"""

from __future__ import annotations

import csv
import io
from codecs import getincrementaldecoder
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from typing import BinaryIO

from msgspec import Struct

from workshops.acts.plain_words import one_line
from workshops.schools.rules import (
    ENCODINGS,
    NOT_TEXT,
    FileRefused,
    academie_named,
    department_of,
    is_uai,
    text_of,
    zone_of,
)

Progress = Callable[[int, int], None]

ROWS_MOST = 5_000
# The whole country is 70 000 lines and 40 MB today.
COUNTRY_ROWS_MOST, COUNTRY_BYTES_MOST = 200_000, 200_000_000
TOLD_EVERY = 500
NAMED_MOST = 3
# In characters: what csv itself has for its limit.
CELL_MOST = 131_072
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
# « LYCEE PROFESSIONNEL », « SECTION D ENSEIGNEMENT PROFESSIONNEL », « LYCEE ENS GENERAL TECHNO PROF AGRICOLE ».
VOCATIONAL_NATURES = ("PROFESSIONNEL", " PROF ")
LENGTHS = {
    "Nom_etablissement": 200,
    "Type_contrat_prive": 40,
    "Code_postal": 5,
    "Nom_commune": 80,
    "Code_commune": 5,
    "Code_departement": 3,
    "Libelle_departement": 80,
    "Telephone": 30,
    "Mail": 120,
    "Web": 200,
}


class AnnuaireLine(Struct, frozen=True):
    """One open school as the file describes it; `whole` is the UAI of the lycée that a section belongs to."""

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
    vocational: bool | None
    closed: bool
    whole: str
    academie: str
    department_name: str


class Annuaire(Struct, frozen=True):
    """What a file holds: collèges and lycées, the UAI of those that closed, how many lines are another kind of place.

    `academies` are those of its schools, in the order of the file; `elsewhere` counts the lines of those not kept.
    """

    lines: list[AnnuaireLine]
    closed: list[str]
    ignored: int
    elsewhere: int
    academies: list[str]


def read_annuaire(content: bytes, *, keep: Collection[str] = ()) -> Annuaire:
    """The schools of a small file in UTF-8 or CP1252: those of the académies to keep, or of the only one it names.

    Raises FileRefused with every line in error ("ligne 14 : ...").
    """
    return _read_lines(io.StringIO(text_of(content), newline=""), keep, most=ROWS_MOST)


def read_country(file: BinaryIO, *, keep: Collection[str] = (), progress: Progress | None = None) -> Annuaire:
    """The same of the ministry's whole file, read line by line: nothing but what is kept is ever held.

    `progress` is told how many bytes are read, out of how many. Raises FileRefused.
    """
    size = file.seek(0, io.SEEK_END)
    if size > COUNTRY_BYTES_MOST:
        raise FileRefused(f"le fichier dépasse {COUNTRY_BYTES_MOST // 1_000_000} Mo")
    for encoding in ENCODINGS:
        file.seek(0)
        with suppress(UnicodeDecodeError):
            return _read_lines(_decoded(file, encoding, size, progress), keep, most=COUNTRY_ROWS_MOST)
    raise FileRefused(NOT_TEXT)


def _decoded(file: BinaryIO, encoding: str, size: int, progress: Progress | None) -> Iterator[str]:
    decoder = getincrementaldecoder(encoding)()
    done = 0
    for number, line in enumerate(file):
        done += len(line)
        if progress is not None and (number % TOLD_EVERY == 0 or done == size):
            progress(done, size)
        yield decoder.decode(line).replace("\0", "")


def _read_lines(text: Iterable[str], keep: Collection[str], *, most: int) -> Annuaire:
    # By this limit a quote that is never closed is found; another library of the process may have lifted it.
    csv.field_size_limit(CELL_MOST)
    reader = csv.reader(text, delimiter=";")
    header = next(reader, [])
    missing = [name for name in NEEDED if name not in header]
    if missing:
        raise FileRefused(f"ligne 1 : colonnes absentes ({', '.join(missing)}) ; le séparateur est le point-virgule")
    read = _LinesRead(header, keep)
    try:
        for cells in reader:
            if reader.line_num > most + 1:
                raise FileRefused(f"le fichier dépasse {most} lignes : importez-le en plusieurs fois")
            read.take(cells, reader.line_num)
    except csv.Error:
        raise FileRefused(f"ligne {reader.line_num} : un guillemet ouvert n'est pas refermé") from None
    return read.annuaire()


class _LinesRead:
    """What the lines read so far hold."""

    def __init__(self, header: list[str], keep: Collection[str]) -> None:
        self._header, self._keep = header, keep
        self._academie, self._kind = header.index("Libelle_academie"), header.index("Type_etablissement")
        self._lines: dict[str, tuple[int, AnnuaireLine]] = {}
        self._academies: dict[str, None] = {}
        self._closed: list[str] = []
        self._errors: list[str] = []
        self._ignored = self._elsewhere = 0

    def take(self, cells: list[str], number: int) -> None:
        """One more line of the file."""
        if not any(cells):
            return
        if len(cells) != len(self._header):
            self._errors.append(f"ligne {number} : {len(cells)} colonnes au lieu de {len(self._header)}")
            return
        academie = academie_named(cells[self._academie])
        if self._keep and academie not in self._keep:
            self._elsewhere += 1
        elif one_line(cells[self._kind]) not in KINDS:
            self._ignored += 1
        else:
            self._school({name: one_line(text) for name, text in zip(self._header, cells, strict=True)}, number)

    def _school(self, cell: dict[str, str], number: int) -> None:
        self._academies.setdefault(academie_named(cell["Libelle_academie"]) or "")
        if cell.get("etat") == "FERME":
            self._ignored += 1
            self._closed.append(cell["Identifiant_de_l_etablissement"].upper())
            return
        line, wrong = _read(cell)
        before, known = self._lines.setdefault(line.uai, (number, line))
        if known != line:
            wrong.append(f"l'UAI {line.uai} est déjà donné ligne {before}")
        self._errors.extend(f"ligne {number} : {why}" for why in wrong)

    def annuaire(self) -> Annuaire:
        """All that was found. Raises FileRefused."""
        academies = [one for one in self._academies if one]
        if not self._keep and len(academies) > 1:
            named = ", ".join(sorted(academies)[:NAMED_MOST]) + ("…" if len(academies) > NAMED_MOST else "")
            raise FileRefused(
                f"le fichier tient {len(academies)} académies ({named}) : dites lesquelles garder, par --academie ou"
                " dans les réglages"
            )
        if self._errors:
            raise FileRefused(*self._errors)
        if not self._lines:
            of = f" de l'académie {', '.join(sorted(self._keep))}" if self._keep else ""
            raise FileRefused(f"le fichier ne contient ni collège ni lycée{of}")
        lines = [line for _, line in self._lines.values()]
        return Annuaire(lines, self._closed, self._ignored, self._elsewhere, academies)


def _read(cell: dict[str, str]) -> tuple[AnnuaireLine, list[str]]:
    wrong: list[str] = []
    uai = cell["Identifiant_de_l_etablissement"].upper()
    if not is_uai(uai):
        wrong.append(f"l'UAI « {uai} » n'est pas valable (7 chiffres et leur clé)")
    if not cell["Nom_etablissement"]:
        wrong.append("le nom manque")
    academie = academie_named(cell["Libelle_academie"])
    if academie is None:
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
    line = AnnuaireLine(
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
        zone=zone_of(academie or "") or "",
        has_segpa=cell.get("Segpa") == "1",
        vocational=_vocational(cell),
        closed=False,
        whole="" if whole == uai else whole,
        academie=academie or "",
        department_name=cell.get("Libelle_departement", ""),
    )
    return line, wrong


def _vocational(cell: dict[str, str]) -> bool | None:
    """Whether a lycée teaches towards a trade: its nature says so where the column of its ways is empty or wrong."""
    nature = cell.get("libelle_nature", "").upper()
    if any(word in nature for word in VOCATIONAL_NATURES):
        return True
    return {"1": True, "0": False}.get(cell.get("Voie_professionnelle", ""))


def _are_degrees(text: str, most: int) -> bool:
    try:
        return not text or abs(float(text)) <= most
    except ValueError:
        return False
