"""Every figure of the file is the board's, to the unit; what is small is hidden unless the coordinator shows it."""

from __future__ import annotations

from datetime import date

import pytest

from booking.programme.figures.what_it_takes import what_it_takes
from booking.programme.report.compose import compose
from booking.programme.report.gather import report_years
from booking.programme.report.rules import TITLES, Figures
from booking.programme.report.write_words import WriteWords, write_words
from booking.words.wording import number
from tests import builders, builders_milestones
from tests.booking.programme.report.world import a_programme, charts, said, section, table
from tests.browsing import read
from tests.builders import NOW, paris
from workshops.coverage.queries import coverage
from workshops.coverage.rules import LEVELS_COUNTED, together
from workshops.equity.colleges import base_rates, share_of
from workshops.equity.queries import equity
from workshops.equity.rules import PRIORITIES, SETTINGS
from workshops.refusals import NotFound
from workshops.results.measure import figures_of
from workshops.results.queries import breakdown, progress, whole
from workshops.scope import EVERYTHING

YEAR = "2026-2027"
DAYS = {"from_on": date(2026, 8, 1), "to_on": date(2027, 1, 11)}


@pytest.fixture
async def world(db):
    return await a_programme()


async def the_report(year: str = YEAR, *, small: bool = True):
    return (await compose(year, small=small, now=NOW)).report


async def test_the_targets_are_those_of_the_board_each_with_its_rule(world):
    report = await the_report()
    lines = table(report, "objectifs", "Où en est chaque objectif")
    stands, of_year = await progress(now=NOW), await figures_of(2026, now=NOW)
    assert len(stands) == len(lines) == 5
    for one in stands:
        target = one.target
        # Places that are held from year to year are no part that the year brought.
        brought = "—" if target.metric == "companies" else of_year[target.programme, target.metric]
        assert lines[f"{target.label} ({target.unit})"] == (
            *(target.target, one.due, one.done, brought),
            *(one.engaged, one.hoped, one.forecast),
        )
        assert f"{target.label} : {target.rule}" in said(report, "objectifs")
    takes = table(report, "objectifs", "Ce qu'il faudrait")
    words = {one.target.label: what_it_takes(one, today=NOW.date()) for one in stands}
    assert {f"Ce qu'il faudrait : {line[1]}" for line in takes.values()} == set(filter(None, words.values()))


async def test_the_visits_are_those_of_the_page_of_who_was_received(world):
    report, received, counts = await the_report(), await whole(**DAYS), await breakdown(**DAYS, now=NOW)
    year = table(report, "technilab", f"L'année {YEAR}")
    assert year == {
        "Élèves accueillis": (received.pupils,),
        "Visites": (received.visits,),
        "Lycées qui ont reçu": (received.hosts,),
        "Collèges venus": (received.colleges,),
    }
    assert year["Élèves accueillis"] == (72,)
    for title, lines in (
        ("Par niveau, puis par département du collège", [*counts.levels, *counts.departments]),
        ("Par lycée qui reçoit", counts.lycees),
    ):
        assert table(report, "technilab", title) == {one.label: (one.pupils,) for one in lines}
    assert table(report, "technilab", "Élèves accueillis, par année scolaire") == {
        "2025-2026": (42,),
        "2026-2027": (72,),
    }
    (lamp,) = counts.objects
    assert table(report, "technilab", "Objets fabriqués") == {
        lamp.name: (lamp.made, lamp.finished, lamp.taken_home, lamp.groups)
    }


async def test_the_charts_are_the_board_s_own(world, office):
    titles = [one.chart.title for one in charts(await the_report())]
    stand = next(
        one for one in await progress(now=NOW) if one.target.metric == "pupils" and one.target.programme == "technilab"
    )
    svg = (await office.get(f"/gestion/graphiques/objectif-{stand.target.id}/dessin.svg")).text
    assert titles[0] in svg
    assert titles[1] in (await office.get("/gestion/graphiques/annees/dessin.svg")).text


async def test_equity_stands_beside_the_base_rates_of_its_page(world):
    report, came, base = await the_report(), await equity(**DAYS), await base_rates(2026)
    lines = table(report, "equite", "Qui est venu")
    received = came.received
    for name, labels in (("priorities", PRIORITIES), ("settings", SETTINGS)):
        for one in received[name]:
            there = next(it for it in came.reached[name] if it.key == one.key)
            expected = (
                *(one.pupils, share_of(one, came.whole), base.share(name, one.key)),
                *(there.came, there.known),
            )
            label = "Commune rurale ou urbaine non renseignée" if one.key == "unknown" else labels[one.key]
            assert lines[label] == expected
    assert (lines["Filles"][0], lines["Garçons"][0]) == (came.whole.girls, came.whole.boys) == (19, 25)
    assert lines["Filles"][1] == round(100 * came.whole.girls / came.whole.apart)
    for one in came.bands:
        assert lines[one.label][0] == one.pupils
    assert lines["Tous"] == (72, None, None, came.colleges.came, came.colleges.known)
    assert (came.colleges.came, came.colleges.known) == (3, 3)


async def test_coverage_is_that_of_its_page(world, office):
    lines = table(await the_report(), "couverture", "Élèves reçus depuis leur 5e")
    covers = [one for some in await coverage(2026, scope=EVERYTHING) for one in some.cohorts]
    for level in LEVELS_COUNTED:
        one = together(covers, level=level)
        assert lines[level] == (one.enrolled, one.received, one.share, one.without)
    leaves = lines["3e"]
    shown = read(await office.get(f"/gestion/couverture?annee={YEAR}"))
    assert f"au plus {leaves[2]} % des élèves de 3e" in shown
    assert f"Au moins {number(leaves[3])} élèves quitteraient" in shown


async def test_ptech_and_bts1_say_their_year_their_cohorts_and_courses(world):
    report = await the_report()
    ptech = table(report, "ptech", f"P-TECH en {YEAR}")
    assert ptech["Lycéens en parcours"] == (22,)
    assert ptech["Places d'entreprise mentore tenues, 1 entreprise différente"] == (1,)
    (cohort,) = table(report, "ptech", "Cohortes en parcours").values()
    assert cohort == (22, 1, 1, 0)
    assert list(table(report, "bts1", "Ouvertes et accompagnées").values()) == [(1, 10), (1, 10)]
    (course,) = table(report, "bts1", "Les formations").values()
    assert (course[1], course[-1]) == ("Ouverte", 12)
    assert table(report, "bts1", "BTS+1 par année")["2026-2027"][:3] == (1, 15, 12)


async def test_a_year_before_this_one_is_told_as_it_was(world):
    report = await the_report("2025-2026")
    assert table(report, "technilab", "L'année 2025-2026")["Élèves accueillis"] == (42,)
    targets = table(report, "objectifs", "Où en est chaque objectif")
    assert targets["Collégiens accueillis (élèves)"][2:4] == (114, 42)
    assert table(report, "ptech", "P-TECH en 2025-2026")["Lycéens entrés"] == (24,)


async def test_a_year_before_the_target_has_a_file_too(world):
    await builders.past_visit(lycee=world.haag, college=world.colleges[0], held_on=date(2024, 3, 14), pupils=31)
    assert list(await report_years(now=NOW)) == ["2026-2027", "2025-2026", "2023-2024"]
    report = await the_report("2023-2024")
    assert table(report, "technilab", "L'année 2023-2024")["Élèves accueillis"] == (31,)
    years = table(report, "technilab", "Élèves accueillis, par année scolaire")
    assert years["2023-2024, avant l'objectif"] == (31,)


async def test_a_year_of_which_nothing_is_known_has_no_file(world):
    for year in ("2019-2020", "2031-2032", "hier", ""):
        with pytest.raises(NotFound):
            await the_report(year)


async def test_counts_under_five_are_hidden_with_those_that_would_give_them(world):
    # Three pupils of 3e came to Morteau, among 28.
    slot = await builders.slot(host=world.faure, starts_at=paris("2026-12-17 09:00"), state="done")
    await builders.turnout(slot=slot, school=world.colleges[2], counted=2, level="6e")
    shown, masked = await the_report(small=True), await the_report(small=False)
    assert (shown.masked, masked.masked) == (False, True)
    title = "Par niveau, puis par département du collège"
    assert table(shown, "technilab", title)["6e"] == (2,)
    lines = table(masked, "technilab", title)
    assert [lines[level] for level in ("6e", "5e", "4e", "3e")] == [("masqué",), ("masqué",), (23,), (28,)]
    shares = table(masked, "equite", "Qui est venu")
    assert [shares[label][0] for label in ("Filles", "Garçons")] == [19, 25]


async def test_words_stand_first_in_their_section_and_only_in_their_year(world, nadia):
    await write_words(WriteWords(text="Une bonne année."), year=2026, section="ptech", by=nadia, now=NOW)
    blocks = section(await the_report(), "ptech").blocks
    assert blocks[0].text == "Une bonne année."
    assert isinstance(section(await the_report("2025-2026"), "ptech").blocks[0], Figures)
    assert [one.title for one in (await the_report()).sections] == list(TITLES.values())


async def test_long_tables_say_their_first_lines_and_how_many_others(world):
    for at in range(14):
        lycee = await builders.school(kind="lycee", name=f"Lycée {at:02}")
        slot = await builders.slot(host=lycee, starts_at=paris("2026-12-17 09:00"), state="done")
        await builders.turnout(slot=slot, school=world.colleges[2], counted=6 + at, level="3e")
    lines = table(await the_report(small=False), "technilab", "Par lycée qui reçoit")
    assert len(lines) == 5
    counts = await breakdown(**DAYS, now=NOW)
    assert lines["et 12 autres"] == (sum(one.pupils for one in counts.lycees[4:]),)
    assert sum(line[0] for line in lines.values()) == (await whole(**DAYS)).pupils


async def test_the_sheet_says_six_numbers_three_sentences_and_what_is_late(world):
    sheet = (await compose(YEAR, small=True, now=NOW)).sheet
    stands = await progress(now=NOW)
    assert [(one.label, one.done, one.due, one.forecast) for one in sheet.figures] == [
        (one.target.label, one.done, one.due, one.forecast) for one in stands
    ]
    assert sheet.sentences == (
        "Ce qui va le mieux : Formations BTS+1 ouvertes, 1 pour 3 au rythme régulier. Aucun objectif n'y est encore.",
        "Ce qui manque : Entreprises mentores, il en manquerait 119 sur 120. Ce qu'il faudrait : 33 places d'entreprise"
        " de plus par an.",
        "En retard ou corrigé : 5 objectifs sous le rythme régulier de plus d'un dixième.",
    )
    # Their bars say that they are late.
    assert list(sheet.late) == []
    await builders_milestones.milestone(title="Charte", due_on=date(2027, 1, 4))
    assert list((await compose(YEAR, small=True, now=NOW)).sheet.late) == ["Jalon : Charte, dû le lundi 4 janvier 2027"]


async def test_a_programme_that_has_no_target_has_a_file_that_says_so(db):
    composed = await compose(YEAR, now=NOW)
    assert said(composed.report, "objectifs") == "Aucun objectif n'est fixé."
    assert composed.sheet.figures == ()
