"""What each page and file tells of the two académies, beside what the plain lists say that it should."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence

from booking.programme.report.compose import Composed, compose
from booking.programme.report.draw_docx import draw_docx
from booking.programme.report.draw_pdf import draw_pdf
from booking.programme.report.draw_sheet import draw_sheet
from booking.programme.report.of_targets import NOT_OF_A_YEAR, STANDING
from booking.programme.report.rules import Figures, Report
from booking.words.wording import counted, number
from tests.booking.programme.report.read_back import cells_of, figures_of, pieces_of, read_tables, tables_of
from tests.browsing import Browser, read, said
from tests.journeys.two_academies import (
    BANDS,
    CLOSED,
    FAR,
    FROM,
    LEVELS,
    NOW,
    TARGETS,
    TODAY,
    UNTIL,
    YEARS,
    Told,
    Visit,
    by_key,
    days_of,
    words_of,
)

Line = dict[str, str]
PRIORITY = {"REP+": "REP+", "REP": "REP", "": "Hors éducation prioritaire"}
SETTING = {True: "rural", False: "urban", None: "unknown"}
# The tables of the file that share the pupils of its year out.
SHARED = ("Par niveau, puis par département du collège", "Par lycée qui reçoit", "Qui est venu")
DEPARTMENTS = {"25": "Doubs", "39": "Jura", "21": "21"}


async def lines_of(person: Browser, path: str) -> list[Line]:
    """A CSV as a program reads it."""
    answer = await person.get(path)
    assert answer.status_code == 200, path
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def pupils_of(visits: Iterable[Visit]) -> int:
    return sum(one.pupils for one in visits)


def visits_in(told: Told, year: int | None) -> list[Visit]:
    return told.held(lambda one: year in (None, one.year))


async def the_board(office: Browser, told: Told) -> None:
    """Each target on the board and in its file: counted, declared, due, engaged."""
    shown = read(await office.get("/gestion"))
    lines = {one["Objectif"]: one for one in await lines_of(office, "/gestion/objectifs.csv")}
    assert len(lines) == len(TARGETS)
    share = ((TODAY - FROM).days + 1) / ((UNTIL - FROM).days + 1)
    for key, (label, unit, target) in TARGETS.items():
        line, figure = lines[label], told.figure(*key)
        assert (line["Compté"], line["Rythme régulier"]) == (str(figure), str(round(target * share))), label
        assert f"{label} {said(number(figure))} {unit} sur {said(number(target))}" in shown
    visitors = lines["Collégiens accueillis"]
    declared = pupils_of(one for one in told.held() if one.declared)
    assert (visitors["Dont déclaré"], visitors["Engagé"]) == (str(declared), str(sum(told.ahead)))
    assert lines["Entreprises mentores P-TECH"]["À côté"].split()[0] == str(told.firms())
    assert lines["Formations BTS+1 ouvertes"]["À côté"].split()[0] == str(len(told.opened))


async def who_was_received(office: Browser, told: Told, year: int | None) -> None:
    """A school year, or the whole target, by lycée, collège, département, level, month, company and object."""
    asked = f"?annee={words_of(year)}" if year else ""
    found = await lines_of(office, f"/gestion/bilan.csv{asked}")
    visits = visits_in(told, year)
    shares: dict[str, Callable[[Visit], str]] = {
        "Lycée": lambda one: one.lycee,
        "Collège": lambda one: one.college,
        "Département": lambda one: told.colleges[one.college].department,
        "Niveau": lambda one: one.level,
        "Mois": lambda one: f"{one.on:%Y-%m}",
        "Année scolaire": lambda one: words_of(one.year),
    }
    for name, key in shares.items():
        lines = {one["Code"]: one for one in found if one["Répartition"] == name and one["Visites"] != "0"}
        assert {code: _counts(line) for code, line in lines.items()} == {
            code: (pupils_of(some), len(some), len(some), pupils_of(one for one in some if one.declared))
            for code, some in by_key(visits, key).items()
        }, (name, year)
    came = by_key((one for one in told.visits if one.people and year in (None, one.year)), lambda one: one.company)
    assert {
        one["Libellé"]: (int(one["Visites"]), int(one["Personnes venues"]))
        for one in found
        if one["Répartition"] == "Entreprise"
    } == {firm: (len(some), sum(one.people for one in some)) for firm, some in came.items()}
    made = [(one["Objets fabriqués"], one["Objets qui fonctionnent"]) for one in found if one["Répartition"] == "Objet"]
    built = [one.made for one in visits if one.made]
    assert made == ([(str(sum(built)), str(sum(built) - len(built)))] if built else [])


def _counts(line: Line) -> tuple[int, ...]:
    return tuple(int(line[name]) for name in ("Élèves", "Groupes", "Visites", "Dont élèves déclarés"))


async def equity(office: Browser, told: Told, year: int | None) -> None:
    """Who came, by what each collège was in the year of its visit; girls where they were counted apart."""
    asked = f"?annee={words_of(year)}" if year else ""
    found = await lines_of(office, f"/gestion/equite.csv{asked}")
    visits = visits_in(told, year)
    shares: dict[str, Callable[[Visit], str]] = {
        "Éducation prioritaire": lambda one: told.facts(one.college, one.year)[0],
        "Commune du collège": lambda one: SETTING[told.facts(one.college, one.year)[1]],
        "Département": lambda one: told.colleges[one.college].department,
        "Niveau": lambda one: one.level,
        "Lycée": lambda one: one.lycee,
    }
    for name, key in shares.items():
        lines = {one["Code"]: one for one in found if one["Répartition"] == name and one["Élèves"] != "0"}
        assert {code: _equity_counts(line) for code, line in lines.items()} == {
            code: _apart(some) for code, some in by_key(visits, key).items()
        }, (name, year)
    bands = {one["Libellé"]: int(one["Élèves"]) for one in found if one["Répartition"] == "Distance"}
    far = {label: pupils_of(some) for label, some in by_key(visits, told.band).items()}
    assert bands == {label: far.get(label, 0) for label in (*(label for _, label in BANDS), FAR)}


def _equity_counts(line: Line) -> tuple[str, ...]:
    names = ("Élèves", "Groupes", "Élèves comptés filles et garçons", "Filles", "Garçons")
    return tuple(line[name] for name in names)


def _apart(some: Sequence[Visit]) -> tuple[str, ...]:
    apart = [one for one in some if one.girls is not None]
    girls = sum(one.girls or 0 for one in apart)
    both = (str(girls), str(pupils_of(apart) - girls)) if apart else ("", "")
    return (str(pupils_of(some)), str(len(some)), str(pupils_of(apart)), *both)


async def coverage(office: Browser, told: Told, year: int) -> None:
    """How much of each public collège's classes came since their 5e."""
    lines = {one["UAI"]: one for one in await lines_of(office, f"/gestion/couverture.csv?annee={words_of(year)}")}
    assert lines.keys() == told.colleges.keys()
    for uai, line in lines.items():
        assert line["Éducation prioritaire"] == told.facts(uai, year)[0], (uai, year)
        for level in LEVELS[1:]:
            assert (line[f"{level} : inscrits"], line[f"{level} : reçus depuis la 5e"]) == (
                str(told.enrolled[uai, year, level]),
                str(told.received(uai, level, year)),
            ), (uai, level, year)


async def open_figures(anybody: Browser, told: Told) -> None:
    """What anybody may take: the same, or masked where it is few or would tell what is few."""
    visits = told.held()
    apart = [one for one in visits if one.girls is not None]
    girls = sum(one.girls or 0 for one in apart)
    shares: dict[str, dict[str, int]] = {
        "annees": {words_of(year): pupils_of(visits_in(told, year)) for year in YEARS},
        "departements": _shared(visits, lambda one: told.colleges[one.college].department),
        "niveaux": _shared(visits, lambda one: one.level),
        "education_prioritaire": _shared(visits, lambda one: PRIORITY[told.facts(one.college, one.year)[0]]),
        "distances": {label: 0 for _, label in BANDS} | _shared(visits, told.band),
        "filles_garcons": {"Filles": girls, "Garçons": pupils_of(apart) - girls},
    }
    for name, counts in shares.items():
        lines = await lines_of(anybody, f"/donnees/{name}.csv")
        key = next(iter(lines[0]))
        found = {one[key]: one for one in lines}
        assert found.keys() == counts.keys(), name
        for label, line in found.items():
            assert line["eleves"] == ("" if line["masque"] == "oui" else str(counts[label])), (name, label)
            assert line["masque"] == "oui" or not 0 < counts[label] < 5
    aims = {
        (one["dispositif"], one["mesure"]): one["compte"] for one in await lines_of(anybody, "/donnees/objectifs.csv")
    }
    assert aims == {key: str(told.figure(*key)) for key in TARGETS}
    (whole,) = await lines_of(anybody, "/donnees/ensemble.csv")
    assert (whole["visites"], whole["lycees"], whole["colleges"]) == (str(len(visits)), "2", "2")


def _shared(visits: Iterable[Visit], key: Callable[[Visit], str]) -> dict[str, int]:
    return {label: pupils_of(some) for label, some in by_key(visits, key).items()}


async def the_file(told: Told, year: int) -> Composed:
    """The file of a school year and the committee's sheet, which has six of the targets."""
    made = await compose(words_of(year), small=True, now=NOW)
    aims = _table(made.report, "Où en est chaque objectif")
    for key, (label, unit, target) in TARGETS.items():
        line = aims[f"{label} ({unit})"]
        # What an earlier year began and is there again is none that this one brought.
        of_year = NOT_OF_A_YEAR if key in STANDING else told.figure(*key, *days_of(year))
        assert (line[0], line[2], line[3]) == (target, told.figure(*key), of_year), label
    labels = {label: key for key, (label, _, _) in TARGETS.items()}
    assert len(made.sheet.figures) == 6
    assert {one.label: one.done for one in made.sheet.figures} == {
        one.label: told.figure(*labels[one.label]) for one in made.sheet.figures
    }
    visits = visits_in(told, year)
    _same(made.report, f"L'année {words_of(year)}", "Élèves accueillis", pupils_of(visits))
    _same(made.report, f"L'année {words_of(year)}", "Visites", len(visits))
    shared: dict[str, int] = {}
    for key in (
        lambda one: one.level,
        lambda one: DEPARTMENTS[told.colleges[one.college].department],
        lambda one: f"{told.lycees[one.lycee].name}, {told.lycees[one.lycee].commune}",
        lambda one: PRIORITY[told.facts(one.college, one.year)[0]],
        told.band,
    ):
        shared |= _shared(visits, key)
    found = {label: cells[0] for title in SHARED for label, cells in _table(made.report, title).items() if cells[0]}
    assert {label: found.get(label) for label in shared} == shared, year
    assert sum(found[level] for level in LEVELS if level in found) == pupils_of(visits)
    _schemes(made.report, told, year)
    return made


def printed(made: Composed) -> None:
    """What is read back of the PDF, of the text document and of the committee's sheet is what was composed."""
    tables = figures_of(made.report)
    cells = [cells_of(one) for one in tables]
    assert read_tables(pieces_of(draw_pdf(made.report)), tables) == sum(len(line) for one in cells for line in one)
    assert tables_of(draw_docx(made.report)) == cells
    figures = [piece.words for piece in pieces_of(draw_sheet(made.sheet)) if piece.words.isdigit()]
    assert figures == [str(one.done) for one in made.sheet.figures]


def _schemes(report: Report, told: Told, year: int) -> None:
    days, title = days_of(year), f"P-TECH en {words_of(year)}"
    firms = counted(told.firms(*days), "entreprise différente", "entreprises différentes")
    _same(report, title, "Lycéens en parcours", told.figure("ptech", "pupils", *days))
    _same(report, title, "Lycéens entrés", told.figure("ptech", "entrants", *days))
    _same(report, title, f"Places d'entreprise mentore tenues, {firms}", told.figure("ptech", "companies", *days))
    courses = _table(report, "BTS+1 par année")
    for one in YEARS:
        enrolled, completed = (told.figure("bts1", metric, *days_of(one)) for metric in ("enrolled", "completed"))
        # Formations, places, enrolled, completed.
        assert courses.get(words_of(one), (0,) * 4)[2:4] == (enrolled, completed), one


def _same(report: Report, title: str, label: str, figure: int) -> None:
    assert _table(report, title)[label][0] == figure, (title, label)


def _table(report: Report, title: str) -> dict[object, tuple[object, ...]]:
    blocks = (block for section in report.sections for block in section.blocks)
    found = next(one for one in blocks if isinstance(one, Figures) and one.title == title)
    return {line[0]: line[1:] for line in found.lines}


async def everything(office: Browser, anybody: Browser, told: Told) -> dict[int, Composed]:
    """All of it, of the whole target and of each school year; returns the file and the sheet of each year."""
    await the_board(office, told)
    for year in (None, *YEARS):
        await who_was_received(office, told, year)
        await equity(office, told, year)
    for year in YEARS:
        await coverage(office, told, year)
    await open_figures(anybody, told)
    files = {year: await the_file(told, year) for year in YEARS}
    printed(files[CLOSED[-1]])
    return files
