"""Visits held before Technilab, from the command line."""

from __future__ import annotations

from pathlib import Path

from tests.command_line import technilab

SCHOOLS = (
    "Identifiant_de_l_etablissement;Nom_etablissement;Type_etablissement;Code_departement;Nom_commune;Libelle_academie\n"
    "0250001R;Lycée Jules Haag;Lycée;025;Besançon;Besançon\n"
    "0250011B;Collège Diderot;Collège;025;Besançon;Besançon\n"
)
HEADER = "Date;Lycée;Collège;Niveau;Groupe;Élèves;Filles;Source\n"
LINE = "14/03/2024;0250001R;0250011B;4e;4e B;24;;Tableau\n"
WORDS = "14/03/2024, Lycée Jules Haag, Besançon (0250001R) : Collège Diderot, Besançon (0250011B), 4e B"


def test_a_file_is_tried_kept_corrected_and_a_closed_year_reopened(home: Path, tmp_path: Path) -> None:
    schools, file = tmp_path / "annuaire.csv", tmp_path / "visites.csv"
    schools.write_text(SCHOOLS)
    file.write_text(HEADER + LINE + LINE)
    technilab("import-schools", str(schools), home=home)
    tried = technilab("import-visits", str(file), "--dry-run", home=home)
    assert (tried.returncode, tried.stderr) == (0, "")
    assert tried.stdout.splitlines() == [
        f"ligne 2 : à ajouter : {WORDS}, 24 élèves",
        f"ligne 3 : répète la ligne 2, comptée une fois : {WORDS}, 24 élèves",
        "Visites reprises : 1 ajout, 0 correction, 0 sans changement, 1 ligne répétée.",
        "Rien n'est enregistré.",
    ]
    kept = technilab("import-visits", str(file), home=home).stdout.splitlines()
    assert kept[-1] == "Visites reprises : 1 ajout, 0 correction, 0 sans changement, 1 ligne répétée."
    file.write_text(HEADER + LINE.replace(";24;", ";22;"))
    assert technilab("import-visits", str(file), home=home).stdout.splitlines() == [
        f"ligne 2 : à corriger : {WORDS}, 22 élèves (élèves 24 → 22)",
        "Visites reprises : 0 ajout, 1 correction, 0 sans changement, 0 ligne répétée.",
    ]
    assert technilab("close-year", "2023-2024", home=home).returncode == 0
    file.write_text(HEADER + LINE)
    refused = technilab("import-visits", str(file), home=home)
    why = "ligne 2 : l'année 2023-2024 est close : la coordination peut en rouvrir les chiffres, en disant pourquoi"
    assert (refused.returncode, refused.stderr) == (2, f"{why}\nRien n'a été enregistré : {why}.\n")
    without = technilab("reopen-year", "2023-2024", home=home)
    assert (without.returncode, without.stderr) == (
        2,
        "Il manque --reason : ajoutez --help pour voir ce qui est attendu.\n",
    )
    opened = technilab("reopen-year", "2023-2024", "--reason", "Registre retrouvé", home=home)
    assert opened.stdout == (
        "L'année 2023-2024 reçoit de nouveau des visites reprises ; technilab close-year la fige ensuite.\n"
    )
    assert technilab("import-visits", str(file), home=home).returncode == 0
    closed = technilab("close-year", "2023-2024", home=home).stdout
    assert "     24  Élèves des visites reprises, déclarés" in closed
    assert technilab("recount", home=home).returncode == 0
