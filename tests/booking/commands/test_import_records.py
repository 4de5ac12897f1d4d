"""P-TECH and BTS+1 tables from the command line."""

from __future__ import annotations

import io
from pathlib import Path

from openpyxl import Workbook

from tests.booking.programme.records.story import HAAG, TABLES
from tests.command_line import technilab

LYCEE = (
    "Identifiant_de_l_etablissement;Nom_etablissement;Type_etablissement;Code_departement;Libelle_academie\n"
    f"{HAAG};Lycée Jules Haag;Lycée;025;Besançon\n"
)


def test_a_table_is_tried_then_stored_then_changes_nothing(home: Path, tmp_path: Path) -> None:
    schools, file = tmp_path / "annuaire.csv", tmp_path / "formations.csv"
    schools.write_text(LYCEE)
    file.write_text(TABLES["bts1-formations"])
    technilab("import-schools", str(schools), home=home)
    tried = technilab("import-records", str(file), "--dry-run", home=home)
    assert (tried.stdout, tried.stderr) == (
        f"ligne 2, ajout de {HAAG}, Bachelor horloger : domaine vide -> Horlogerie, précisions vide -> Avec le CNAM\n"
        "Formations BTS+1 : 1 ajout, 0 correction, 0 sans changement.\nRien n'est enregistré.\n",
        "",
    )
    stored = technilab("import-records", str(file), home=home)
    assert stored.stdout == "Formations BTS+1 : 1 ajout, 0 correction, 0 sans changement.\n"
    again = technilab("import-records", str(file), home=home)
    assert again.stdout == "Formations BTS+1 : 0 ajout, 0 correction, 1 sans changement.\n"
    file.write_text(TABLES["bts1-effectifs"].replace(";15;40;12;", ";15;40;x;"))
    wrong = technilab("import-records", str(file), home=home)
    assert (wrong.returncode, wrong.stderr) == (
        2,
        "ligne 2 : inscrits : « x » n'est pas un nombre entier\n"
        "Rien n'a été enregistré : ligne 2 : inscrits : « x » n'est pas un nombre entier.\n",
    )


def test_a_scheme_then_its_actions_are_stored_with_their_calendar_entries(home: Path, tmp_path: Path) -> None:
    schools, file = tmp_path / "annuaire.csv", tmp_path / "tableau"
    schools.write_text(LYCEE)
    technilab("import-schools", str(schools), home=home)
    file.write_bytes(TABLES["ptech-cohortes"].encode("cp1252"))
    said = technilab("import-records", str(file), home=home)
    assert said.stdout == "Dispositifs et cohortes P-TECH : 2 ajouts, 0 correction, 0 sans changement.\n"
    forum = [line.split(";") for line in TABLES["ptech-actions"].splitlines()[:2]]
    file.write_bytes(workbook(*forum))
    said = technilab("import-records", str(file), home=home, DEMO="1")
    assert (said.stdout, said.stderr) == (
        "Actions de mentorat P-TECH : 1 ajout, 0 correction, 0 sans changement.\n",
        "",
    )
    again = technilab("import-records", str(file), home=home, DEMO="1")
    assert again.stdout == "Actions de mentorat P-TECH : 0 ajout, 0 correction, 1 sans changement.\n"


def workbook(*lines: list[str]) -> bytes:
    book, kept = Workbook(), io.BytesIO()
    for line in lines:
        book.active.append(line)
    book.save(kept)
    return kept.getvalue()
