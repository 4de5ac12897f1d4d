"""P-TECH and BTS+1 tables from the command line.

Visits held before Technilab, from the command line.

technilab read-replies, as a person or a timer runs it.
"""

from __future__ import annotations

import io
from pathlib import Path

from openpyxl import Workbook

from tests.booking.calendar.replies.mails import by_google
from tests.booking.programme.records.story import HAAG, TABLES
from tests.command_line import technilab
from tests.imap import post_box

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
        f"ligne 2, ajout de {HAAG}, Bachelor horloger : domaine vide -> Horlogerie, précisions vide -> Avec le CNAM,"
        " ECTS vide -> 60, langue d'enseignement vide -> Français\n"
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
    own = tmp_path / "Suivi 2024.txt"
    table = "Suivi\n\nDate\tLycée\tCollège\tGroupe\tNb\tMétéo\n15/03/2024\t0250001R\t0250011B\t4e C\t20\tbeau\n"
    own.write_bytes(b"\xff\xfe" + f"{table}TOTAL\t\t\t\t20\t\n".replace("\n", "\r\n").encode("utf-16-le"))
    asked = technilab("import-visits", str(own), home=home)
    why = "ligne 3 : colonnes non reconnues (élèves), parmi Date, Lycée, Collège, Groupe, Nb, Météo"
    assert (asked.returncode, asked.stderr) == (
        2,
        f'{why}\nDites de quel titre chacune est : --column "élèves=TITRE".\nRien n\'a été enregistré : {why}.\n',
    )
    wrong = technilab("import-visits", str(own), "--column", "effectif=Nb", home=home)
    assert (wrong.returncode, wrong.stderr.partition(", parmi")[0]) == (
        2,
        "--column attend une colonne et son titre, « élèves=Nb »",
    )
    read_as = [
        "lu : titres ligne 3",
        "source de chaque visite : Suivi 2024",
        "colonnes non lues : Météo",
        "ligne 5 : « TOTAL », laissée de côté",
    ]
    kept = technilab("import-visits", str(own), "--column", "élèves=Nb", home=home).stdout.splitlines()
    summed = "Visites reprises : 1 ajout, 0 correction, 0 sans changement, 0 ligne répétée."
    assert kept == [*read_as, summed]
    again = technilab("import-visits", str(own), "--dry-run", home=home).stdout.splitlines()
    assert again[:4] == read_as
    assert again[4].startswith("ligne 4 : déjà là, identique")
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
    assert "     44  Élèves des visites reprises, déclarés" in closed
    assert technilab("recount", home=home).returncode == 0


def test_a_folder_is_read_and_counted_then_empty(home: Path, tmp_path: Path) -> None:
    (tmp_path / "1.eml").write_bytes(by_google())
    (tmp_path / "2.eml").write_bytes(b"\xff")
    said = technilab("read-replies", "--folder", str(tmp_path), home=home)
    assert (said.stdout, said.stderr) == (
        "2 mails lus : 0 présence, 0 présence incertaine, 0 absence, 2 mails ignorés.\n",
        "",
    )
    again = technilab("read-replies", home=home, DEMO="1", REPLIES_DIR=str(tmp_path))
    assert again.stdout == "0 mail lu : 0 présence, 0 présence incertaine, 0 absence, 0 mail ignoré.\n"


def test_a_mailbox_is_read(home: Path, tmp_path: Path) -> None:
    with post_box(tmp_path) as box:
        box.put(by_google())
        said = technilab("read-replies", home=home, DEMO="1", IMAP_URL=box.url)
    assert said.stdout == "1 mail lu : 0 présence, 0 présence incertaine, 0 absence, 1 mail ignoré.\n"


def test_a_missing_folder_a_shut_mailbox_and_no_place_at_all_are_said_in_a_sentence(home: Path, tmp_path: Path) -> None:
    absent = tmp_path / "absent"
    said = technilab("read-replies", "--folder", str(absent), home=home)
    assert (said.returncode, said.stderr) == (2, f"Le fichier {absent} n'existe pas.\n")
    said = technilab("read-replies", home=home, DEMO="1", IMAP_URL="imap://a:b@127.0.0.1:1/?starttls=never")
    assert (said.returncode, said.stderr.startswith("La boîte des réponses ne s'ouvre pas : ")) == (2, True)
    said = technilab("read-replies", home=home, DEMO="1")
    assert (said.returncode, said.stderr) == (
        2,
        "Dites où lire les réponses : --folder DOSSIER, ou IMAP_URL (ou REPLIES_DIR) dans l'environnement.\n",
    )
