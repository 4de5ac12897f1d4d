"""P-TECH and BTS+1 tables from the command line."""

from __future__ import annotations

from pathlib import Path

from tests.booking.records.story import HAAG, TABLES
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
