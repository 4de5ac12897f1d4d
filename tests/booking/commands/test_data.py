"""Tables, people and official files from the command line."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from booking.words.wording import school_year_of
from tests import builders, builders_bts1
from tests.booking.commands.conftest import ADA
from tests.browsing import Machine
from tests.command_line import ROOT, technilab
from workshops.database import rows

COLUMNS = (
    "Identifiant_de_l_etablissement;Nom_etablissement;Type_etablissement;Code_departement;Libelle_academie;Code_postal"
)


def test_the_tables_are_made_once_however_many_ask_at_once(empty: Path) -> None:
    with ThreadPoolExecutor() as together:
        asked = [together.submit(technilab, "migrate", home=empty) for _ in range(3)]
    said = [one.result() for one in asked]
    assert [one.stderr for one in said] == ["", "", ""]
    every = len(list(ROOT.glob("piccolo_migrations/*/*_[0-9]*.py")))
    assert sorted(int(one.stdout.split()[0]) for one in said) == [0, 0, every]


def test_an_invited_person_gets_a_key(home: Path) -> None:
    said = technilab("token", ADA, home=home)
    assert (said.returncode, said.stderr, len(said.stdout.strip())) == (0, "", 43)


@pytest.mark.parametrize(
    ("words", "answered"), [((), (201, None)), (("--read-only",), (403, "/problems/key-only-reads"))]
)
async def test_a_key_acts_as_its_person_unless_it_was_asked_to_read_only(app, empty: Path, words, answered) -> None:
    await builders.person("teacher", "claire@ac-besancon.fr", school=await builders.school())
    base = os.environ["DATABASE_URL"]
    said = await asyncio.to_thread(technilab, "token", "claire@ac-besancon.fr", *words, home=empty, DATABASE_URL=base)
    year = school_year_of(datetime.now(UTC))
    group = {"name": "4e B", "level": "4e", "pupils": 24, "school_year": year}
    made = await Machine(app, said.stdout.strip()).post("/groups", group)
    assert (made.status_code, made.json().get("type")) == answered


def test_an_invitation_that_lacks_a_school_is_refused(home: Path) -> None:
    said = technilab("invite", "host@ac-besancon.fr", "--role", "host", "--school", "0250011D", home=home)
    assert (said.returncode, said.stderr) == (2, "Cet UAI n'est celui d'aucun établissement enregistré.\n")


async def test_an_inspection_is_invited_for_departements_and_a_member_of_the_consortium_for_its_body(
    db, empty: Path
) -> None:
    for department in ("25", "70"):
        await builders.school(department=department)
    body = await builders_bts1.partner()

    async def invited(*words: str) -> tuple[int, str]:
        base = os.environ["DATABASE_URL"]
        said = await asyncio.to_thread(technilab, "invite", *words, home=empty, DATABASE_URL=base)
        return said.returncode, said.stderr

    helene = ("helene@ac-besancon.fr", "--role", "inspector", "--departments")
    assert await invited(*helene, "25,99") == (2, "Départements inconnus ici : 99. Connus : 25, 70.\n")
    assert await invited(*helene, "70,25") == (0, "")
    gerard = ("gerard@ac-besancon.fr", "--role", "consortium")
    assert await invited(*gerard) == (
        2,
        "Ce rôle demande un organisme du consortium : dites lequel.\n",
    )
    assert await invited(*gerard, "--partner", "Université Marie et Louis Pasteur") == (0, "")
    told = await rows("SELECT role, departments, partner FROM memberships ORDER BY id")
    assert [tuple(one) for one in told] == [("inspector", ["25", "70"], None), ("consortium", [], body)]


def test_an_invitation_that_calls_somebody_by_a_sentence_is_refused(home: Path) -> None:
    more = ("--role", "coordinator", "--name", "Cliquez http://x.example")
    said = technilab("invite", "marie@ac-besancon.fr", *more, home=home)
    assert (said.returncode, said.stderr) == (
        2,
        "Prénom et nom : écrivez-les seuls, par exemple Claire Renaud.\n",
    )


def test_the_official_schools_are_imported_then_updated(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "annuaire.csv"
    file.write_text(f"{COLUMNS}\n0250001R;Collège Exemple;Collège;025;Besançon;25000\n")
    first = technilab("import-schools", str(file), home=home)
    assert (first.stdout, first.stderr) == ("1 établissement ajouté, 0 mis à jour, 0 ligne laissée de côté.\n", "")
    again = technilab("import-schools", str(file), home=home)
    assert again.stdout == "0 établissement ajouté, 1 mis à jour, 0 ligne laissée de côté.\n"


def test_a_file_of_several_academies_is_asked_which_to_keep_and_its_closed_schools_are_told(
    home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "annuaire.csv"
    columns = f"{COLUMNS};etat"
    ours = "0250001R;Collège Exemple;Collège;025;Besançon;25000"
    others = (
        "0250002S;Collège Autre;Collège;025;Besançon;25000",
        "0540002J;Collège Voisin;Collège;054;Nancy-Metz;54000",
    )
    file.write_text("\n".join((columns, *(f"{line};OUVERT" for line in (ours, *others)))))
    unknown = technilab("import-schools", str(file), "--academie", "Nancy", home=home)
    assert (unknown.returncode, unknown.stderr) == (
        2,
        "L'académie « Nancy » n'existe pas : écrivez par exemple Nancy-Metz.\n",
    )
    kept = technilab("import-schools", str(file), "--academie", "besancon", "--academie", "Nancy-Metz", home=home)
    assert kept.stdout == "2 établissements ajoutés, 1 mis à jour, 0 ligne laissée de côté.\n"
    file.write_text("\n".join((columns, f"{ours};FERME", f"{others[1]};OUVERT")))
    closed = technilab(*("import-schools", str(file), "--academie", "Besançon", "--academie", "Nancy-Metz"), home=home)
    assert closed.stdout.splitlines() == [
        "0 établissement ajouté, 1 mis à jour, 1 ligne laissée de côté.",
        "1 établissement est fermé :",
        "  Collège Exemple (0250001R)",
        "Absents du fichier, gardés ouverts (--close-missing les note fermés) :",
        "  Collège Autre (0250002S)",
    ]


def test_a_file_with_a_broken_line_stores_nothing_and_names_it(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "annuaire.csv"
    lines = (
        f"{COLUMNS}\n0250002S;Collège Exemple;Collège;025;Besançon;25000\n0250011D;Faux;Collège;025;Besançon;25000\n"
    )
    file.write_bytes(lines.encode("cp1252"))
    said = technilab("import-schools", str(file), home=home)
    assert said.returncode == 2
    assert said.stderr.startswith("Rien n'a été enregistré : ligne 3 ")
    assert said.stderr.count("\n") == 1


def test_examples_are_never_mixed_with_real_data(home: Path) -> None:
    said = technilab("demo", home=home)
    assert said.stderr == "Cette base contient déjà des données : les exemples ne se mêlent pas aux vraies visites.\n"
    assert said.returncode == 2
