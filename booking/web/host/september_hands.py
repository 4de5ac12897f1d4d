"""« Main levée de septembre »: how to ask it, the lycée's sections with their two numbers, saved at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from litestar import get, post
from litestar.params import FromQuery
from litestar.response import Redirect, Template

from booking.door.forms.form_act import form_act
from booking.door.forms.read import Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import AsHost, Now, may
from booking.people.accounts.queries import Host
from booking.programme.figures.september_hands import hands_words
from workshops.closed_years.queries import FrozenYear, frozen_year
from workshops.refusals import Invalid
from workshops.school_calendar.rules import autumn_of, paris_day, year_words
from workshops.september_hands.count_hands import AskOfHands, CountHands, CountSection, ask_of_hands, count_hands
from workshops.september_hands.queries import OwnHands, own_hands, years_of_hands
from workshops.september_hands.rules import SECTIONS_MOST, SectionCount, wrong_section

HERE = "/lycee/mains-levees"
# Rows to type sections in, the first time and when there are some.
ROWS_AT_FIRST, ROWS_MORE = 4, 1


@renders("host/september_hands.html", acts={"asked": CountSection})
class OwnHandsPage(Page, frozen=True):
    """`rows`: the sections, then empty ones; `told`: what was counted, in a sentence; `years` may be chosen."""

    own: OwnHands
    year: str
    years: Sequence[str]
    rows: Sequence[SectionCount]
    told: str
    frozen: FrozenYear | None


@get(HERE, opt=may("visits.receive"))
async def own_hands_page(person: AsHost, now: Now, annee: FromQuery[str] = "") -> Template:
    years = await _years(person, now)
    year = years.get(annee, max(years.values()))
    own = await own_hands(person.school, year)
    lines = max(ROWS_AT_FIRST, len(own.sections) + ROWS_MORE)
    shown = OwnHandsPage(
        own=own,
        year=year_words(year),
        years=list(years),
        rows=[*own.sections, *[SectionCount("", None, None)] * (min(lines, SECTIONS_MOST) - len(own.sections))],
        told=hands_words(own.whole),
        frozen=await frozen_year(year),
    )
    return page(shown)


async def _years(person: Host, now: Now) -> Mapping[str, int]:
    """The September under way, the one before, and those in which the lycée answered."""
    this = autumn_of(paris_day(now))
    return {
        year_words(year): year
        for year in sorted({this, this - 1, *await years_of_hands(lycee=person.school)}, reverse=True)
    }


def _sections(form: Form) -> list[CountSection]:
    """The rows in which something is typed; what is wrong with one is said beside it."""
    found = []
    for place in range(1, SECTIONS_MOST + 1):
        row = form.part(f"-{place}")
        if not any(text.strip() for text in row.typed.values()):
            continue
        try:
            found.append(count := row.act(CountSection))
            row.errors |= wrong_section(count.section, count.present, count.hands)
        except Invalid:
            pass
        form.errors |= {f"{name}-{place}": sentence for name, sentence in row.errors.items()}
    return found


@post(HERE, opt=may("visits.receive"))
@form_act(CountHands, page=own_hands_page.fn, sections=_sections)
async def count_own_hands(asked: CountHands, person: AsHost, now: Now, annee: FromQuery[str] = "") -> Redirect:
    years = await _years(person, now)
    year = years.get(annee, max(years.values()))
    await count_hands(person.school, year, asked, by=person.account, now=now)
    return done(f"{HERE}?annee={year_words(year)}", await _came_of(asked, person.school, year))


async def _came_of(asked: CountHands, lycee: int, year: int) -> str:
    """What to say: cleared rows are followed by those of an earlier September, where there are some."""
    if asked.sections:
        return "mains-notees"
    return "mains-effacees" if (await own_hands(lycee, year)).sections else "mains-vides"


@post(f"{HERE}/demande", opt=may("visits.receive"))
@form_act(AskOfHands, page=own_hands_page.fn)
async def ask_own_lycee(asked: AskOfHands, person: AsHost, now: Now) -> Redirect:
    await ask_of_hands(person.school, asked, by=person.account, now=now)
    return done(HERE, "mains-demandees" if asked.asked else "mains-sans-objet")
