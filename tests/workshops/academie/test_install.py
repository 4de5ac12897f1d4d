"""The ministry's whole file of 70 000 lines gives the schools of the académies that are kept, wholly or not at all."""

from __future__ import annotations

import csv
import tracemalloc
from pathlib import Path
from time import perf_counter

import pytest

from tests import builders
from tests.builders import NOW
from tests.country import LORRAINE, country, elsewhere, real_lines, write_file
from tests.told import told
from workshops.academie.queries import academie
from workshops.academie.rules import AcademieSettings, is_trusted
from workshops.academie.settle import install, settle, take_in_extract
from workshops.database import rows, value
from workshops.refusals import Invalid
from workshops.schools.queries import departments, lycees, school_by_uai
from workshops.schools.read_annuaire import read_country
from workshops.schools.rules import ACADEMIES, FileRefused

LINES = 70_000
NANCY = {code.removeprefix("0"): name for code, name in LORRAINE.items()}


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("annuaire") / "fr-en-annuaire-education.csv"
    write_file(file, country(LINES))
    return file


async def installed(path: Path, *names: str, **more):
    with path.open("rb") as file:
        return await install(file, names=names, **more)


def nancy() -> list[dict[str, str]]:
    return elsewhere(real_lines(), "Nancy-Metz", LORRAINE, first=540_000)


async def test_of_70_000_lines_the_260_of_one_academie_are_kept(db, whole, capsys):
    told: dict[str, list[tuple[int, int]]] = {"read": [], "stored": []}
    began = perf_counter()
    done = await installed(
        whole,
        "nancy metz",
        reading=lambda *at: told["read"].append(at),
        storing=lambda *at: told["stored"].append(at),
    )
    took = perf_counter() - began
    tracemalloc.start()
    with whole.open("rb") as file:
        read_country(file, keep={"Nancy-Metz"})
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    size = whole.stat().st_size
    with capsys.disabled():
        print(f"\n{LINES} lines, {size / 1e6:.0f} MB: {took:.1f} s, at most {most / 1e6:.1f} MB of it held")

    # The écoles of the same académie are no collège nor lycée.
    aside = (LINES - 260 * len(ACADEMIES)) // len(ACADEMIES)
    assert (done.added, done.updated, done.closed, done.missing) == (260, 0, (), ())
    assert abs(done.ignored - aside) <= 260
    assert done.added + done.ignored + done.elsewhere == LINES
    assert told["read"][-1] == (size, size)
    assert told["stored"] == [(100, 260), (200, 260), (260, 260)]
    served = await academie()
    assert (served.name, served.zone, served.offered, served.neighbours) == ("Nancy-Metz", "B", NANCY, ())
    assert [(one.code, one.name) for one in await departments()] == list(NANCY.items())
    assert await value("SELECT array_agg(DISTINCT zone) FROM schools") == ["B"]


async def test_the_same_file_again_changes_nothing_and_needs_no_name(db, whole):
    await installed(whole, "Nancy-Metz")
    before = await rows("SELECT * FROM schools ORDER BY id")
    done = await installed(whole)
    assert (done.added, done.updated, done.missing) == (0, 260, ())
    assert await rows("SELECT * FROM schools ORDER BY id") == before


async def test_neighbours_are_kept_beside_it(db, whole):
    done = await installed(whole, "Besançon", "Nancy-Metz")
    assert done.added == 520
    served = await academie()
    assert (served.name, served.zone, served.neighbours) == ("Besançon", "A", ("Nancy-Metz",))
    assert list(served.offered) == ["25", "39", "70", "90"]
    assert await value("SELECT array_agg(DISTINCT zone ORDER BY zone) FROM schools") == ["A", "B"]


async def test_without_a_name_a_file_of_the_whole_country_is_refused_in_words(db, whole):
    with pytest.raises(FileRefused) as no:
        await installed(whole)
    assert no.value.sentence == (
        f"Rien n'a été enregistré : le fichier tient {len(ACADEMIES)} académies (Aix-Marseille, Amiens, Besançon…) :"
        " dites lesquelles garder, par --academie ou dans les réglages."
    )
    with pytest.raises(Invalid) as unknown:
        await installed(whole, "Nancy")
    assert unknown.value.errors == {"academie": "L'académie « Nancy » n'existe pas : écrivez par exemple Nancy-Metz."}
    assert await value("SELECT count(*) FROM schools") == 0
    assert (await academie()).name == ""


async def test_a_bad_line_of_the_academie_stores_nothing_and_one_of_another_does_not_matter(db, tmp_path):
    file = tmp_path / "annuaire.csv"

    def broken(at: int, cells: dict[str, str]) -> dict[str, str]:
        wrong = {
            3: {"Identifiant_de_l_etablissement": "0250011D"},
            270: {"Code_departement": ""},
            301: {"latitude": "x"},
        }
        return cells | wrong.get(at, {})

    write_file(file, [*real_lines(), *nancy()], change=broken)
    with pytest.raises(FileRefused) as no:
        await installed(file, "Nancy-Metz")
    assert no.value.lines == (
        "ligne 270 : le département manque",
        "ligne 301 : la latitude et la longitude ne sont pas des nombres de degrés",
    )
    assert (await value("SELECT count(*) FROM schools"), (await academie()).name) == (0, "")


async def test_a_whole_file_in_windows_1252_is_read_too(db, tmp_path):
    file = tmp_path / "annuaire.csv"
    write_file(file, real_lines())
    file.write_bytes(file.read_bytes().decode().encode("cp1252"))
    assert (await installed(file)).added == 260
    assert (await academie()).offered["70"] == "Haute-Saône"


async def test_a_quote_that_is_never_closed_is_named(db, tmp_path):
    # As a library of the same process leaves it.
    csv.field_size_limit(10_000_000)
    file = tmp_path / "annuaire.csv"
    write_file(file, [*real_lines(), *nancy(), *nancy()])
    file.write_text(file.read_text().replace(";Collège Jean Bauhin;", ';"Collège Jean Bauhin;', 1))
    with pytest.raises(FileRefused) as no:
        await installed(file, "Besançon")
    assert no.value.sentence.endswith("un guillemet ouvert n'est pas refermé.")


async def test_a_school_that_the_file_says_closed_is_closed_and_opens_again(db, tmp_path):
    file, uai = tmp_path / "annuaire.csv", "0250003T"
    write_file(file, real_lines())
    await installed(file)
    write_file(file, real_lines(), change=lambda at, cells: cells | ({"etat": "FERME"} if at == 3 else {}))
    done = await installed(file)
    assert (done.updated, done.closed, done.missing) == (259, ("Collège Jean Bauhin, Audincourt (0250003T)",), ())
    assert (await school_by_uai(uai)).closed is True
    assert sum(one.colleges for one in await departments()) == 145
    write_file(file, real_lines())
    assert (await installed(file)).closed == ()
    assert (await school_by_uai(uai)).closed is False


async def test_a_school_that_the_file_lacks_is_told_and_closed_only_when_asked(db, tmp_path):
    file = tmp_path / "annuaire.csv"
    write_file(file, real_lines())
    await installed(file)
    lacking = [one for one in real_lines() if one["Identifiant_de_l_etablissement"] != "0250011B"]
    write_file(file, lacking)
    first = await installed(file)
    assert ([one.split(" (")[1] for one in first.missing], (await school_by_uai("0250011B")).closed) == (
        ["0250011B)"],
        False,
    )
    done = await installed(file, close_missing=True)
    assert done.missing == first.missing
    assert (await school_by_uai("0250011B")).closed is True
    assert "0250011B" not in [one.uai for one in await lycees()]
    assert (await installed(file)).missing == ()


async def test_an_extract_says_nothing_of_the_schools_that_it_lacks(db):
    lines = real_lines()
    header = ";".join(lines[0])
    some = "\n".join([header, *(";".join(f'"{cell}"' for cell in one.values()) for one in lines[:3])])
    await take_in_extract(some.encode(), by=None, now=NOW)
    one = "\n".join([header, ";".join(f'"{cell}"' for cell in lines[0].values())])
    assert (await take_in_extract(one.encode(), by=None, now=NOW)).missing == ()
    assert await value("SELECT count(*) FROM schools WHERE NOT closed") == 3


async def test_once_it_is_set_an_extract_gives_no_school_of_an_academie_that_is_not_kept(db):
    both = [real_lines()[0], nancy()[0]]
    content = "\n".join([";".join(both[0]), *(";".join(f'"{cell}"' for cell in one.values()) for one in both)]).encode()
    with pytest.raises(FileRefused):
        await take_in_extract(content, by=None, now=NOW)
    await settle(AcademieSettings(name="Besançon", zone="A"))
    done = await take_in_extract(content, by=None, now=NOW)
    assert (done.added, done.elsewhere) == (1, 1)
    await settle(AcademieSettings(name="Besançon", zone="A", neighbours=("Nancy-Metz",)))
    assert (await take_in_extract(content, by=None, now=NOW)).added == 1


ANNUAIRE = "\n".join(
    (
        "Identifiant_de_l_etablissement;Nom_etablissement;Type_etablissement;Code_departement;Nom_commune;Libelle_academie",
        "0250001R;Lycée Jules Haag;Lycée;025;Besançon;Besançon",
        "0250011B;Collège Stendhal;Collège;025;Besançon;Besançon",
    )
)


async def test_the_directory_is_taken_in_and_told_with_its_counts(db):
    nadia = await builders.account("nadia@example.org", name="Nadia Perrin")
    done = await take_in_extract(ANNUAIRE.encode(), by=nadia, now=NOW)
    assert (done.added, done.updated) == (2, 0)
    assert await told() == [("directory_imported", nadia, "school", None, "2 ajoutés, 0 à jour")]


async def test_one_line_in_error_takes_in_nothing_and_tells_nothing(db):
    wrong = ANNUAIRE.replace("0250011B", "0250011D")
    with pytest.raises(FileRefused) as no:
        await take_in_extract(wrong.encode("cp1252"), by=1, now=NOW)
    assert no.value.lines == ("ligne 3 : l'UAI « 0250011D » n'est pas valable (7 chiffres et leur clé)",)
    assert await value("SELECT count(*) FROM schools") == 0
    assert await told() == []


TRUSTED = ("ac-besancon.fr", "reseau-canope.fr")


@pytest.mark.parametrize("mail", ["claire.renaud@ac-besancon.fr", "C.Renaud@AC-BESANCON.FR", "p@reseau-canope.fr"])
def test_a_mail_of_a_trusted_domain_is_trusted_however_it_is_written(mail):
    assert is_trusted(mail, TRUSTED)


@pytest.mark.parametrize(
    "mail",
    [
        "lea@eleves.ac-besancon.fr",
        "x@ac-besancon.fr.evil.example",
        "x@evil-ac-besancon.fr",
        "ac-besancon.fr@example.org",
        "ac-besancon.fr",
        "",
    ],
)
def test_a_domain_below_a_trusted_one_or_like_it_is_not(mail):
    assert not is_trusted(mail, TRUSTED)


@pytest.mark.parametrize(
    "mail",
    [
        "x%evil.com@ac-besancon.fr",
        "x%40evil.com@ac-besancon.fr",
        "evil.com!x@ac-besancon.fr",
        "@evil.com:x@ac-besancon.fr",
        "x@evil.com@ac-besancon.fr",
        '"x@evil.com"@ac-besancon.fr',
        '"x"@ac-besancon.fr',
        "x y@ac-besancon.fr",
        "x(evil)@ac-besancon.fr",
        "x\\@evil.com@ac-besancon.fr",
        "x,y@ac-besancon.fr",
        "<x>@ac-besancon.fr",
        ".x@ac-besancon.fr",
        "x.@ac-besancon.fr",
        "x..y@ac-besancon.fr",
        "@ac-besancon.fr",
        "x@ac-besancon.fr.",
        "x@.ac-besancon.fr",
        "x@ac-besan\u00e7on.fr",
        "x@\u0430c-besancon.fr",
        "x@ac-be\u017fancon.fr",
        "x@ac-besancon\u3002fr",
        "x@xn--c-besancon-x2i.fr",
        "x@[192.0.2.1]",
        f"{'x' * 65}@ac-besancon.fr",
        "x\n@ac-besancon.fr",
        "x\u202e@ac-besancon.fr",
    ],
)
def test_an_address_that_could_be_handed_on_to_another_or_only_looks_alike_is_not(mail):
    assert not is_trusted(mail, TRUSTED)


@pytest.mark.parametrize(
    "mail", ["claire+visites@ac-besancon.fr", "c_renaud@ac-besancon.fr", "d'angelo@ac-besancon.fr"]
)
def test_a_plain_name_of_a_trusted_domain_is(mail):
    assert is_trusted(mail, TRUSTED)


@pytest.mark.parametrize("domain", ["eleve.fr", "eleves.ac-besancon.fr", "mail-eleves.fr", "etu.univ.fr"])
def test_a_pupils_domain_is_trusted_by_nobody_even_if_it_were_set(domain):
    assert not is_trusted(f"lea@{domain}", (domain,))
