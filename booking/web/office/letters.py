"""One letter to many collèges: chosen by a filter, read once, sent once; and its reminder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, cast

from litestar import get, post
from litestar.params import FromQuery
from litestar.response import Redirect, Template

from booking.door.forms.form_act import form_act
from booking.door.forms.read import AnyRequest, Form, words_asked
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import AsCoordinator, Now, SiteSettings, may
from booking.mails.compose import letter_of
from booking.mails.outreach import letter_to_college
from booking.outbox.notices.rules import Letter as Written
from booking.people.accounts.queries import Coordinator
from booking.process.settings import Settings
from booking.programme.outreach.queries import never_came, silent_since_written, writable
from booking.programme.outreach.rules import CollegeLetter, WriteToCollege
from booking.programme.outreach.write_to_colleges import remind_colleges, write_to_colleges
from booking.words.wording import school_year_began
from workshops.academie.queries import academie
from workshops.coverage.queries import coverage, years_counted
from workshops.school_calendar.rules import year_words

if TYPE_CHECKING:
    from litestar.plugins.jinja import JinjaTemplateEngine

UNCOVERED, NEVER, SILENT = "sans-visite", "jamais-venus", "relance"
WHO = {
    UNCOVERED: "Dont des élèves de 3e n'ont pas été reçus",
    NEVER: "Qui ne sont jamais venus",
    SILENT: "Relance : écrits il y a deux semaines, sans visite depuis",
}


@renders("office/letters.html", acts={"asked": WriteToCollege})
class LettersPage(Page, frozen=True):
    """`chosen` are the numbers of the collèges that the letter leaves to, `left_out` how many others, by reason."""

    who: str
    choices: Mapping[str, str]
    departments: Mapping[str, str]
    department: str
    words_asked: str
    chosen: Sequence[int]
    left_out: Mapping[str, int]
    letter: Written | None
    form: Form | None = None


@get("/gestion/lettres", opt=may("colleges.invite"))
async def letters_page(
    request: AnyRequest,
    person: AsCoordinator,
    settings: SiteSettings,
    now: Now,
    qui: FromQuery[str] = UNCOVERED,
    annee: FromQuery[str] = "",
    departement: FromQuery[str] = "",
    q: FromQuery[str] = "",
) -> Template:
    who, words = qui if qui in WHO else UNCOVERED, words_asked(q)
    served = await academie()
    department = departement if departement in served.offered else ""
    found = await _chosen(person, who, annee, department or None, words, now)
    why_not = dict.fromkeys(found, "") if who == SILENT else await writable(found, now=now)
    chosen = [number for number, why in why_not.items() if not why]
    shown = LettersPage(
        who=who,
        choices=WHO,
        departments={"": "Tous"} | dict(served.offered),
        department=department,
        words_asked=words,
        chosen=chosen,
        left_out=Counter(why for why in why_not.values() if why),
        letter=await _sample(request, person, settings, chosen, who, "", now),
    )
    return page(shown)


async def _chosen(
    person: Coordinator, who: str, year: str, department: str | None, words: str, now: datetime
) -> list[int]:
    if who == NEVER:
        return await never_came(department=department, words=words)
    if who == SILENT:
        return await silent_since_written(department=department, words=words, now=now)
    this = school_year_began(now).year
    known = {year_words(one): one for one in await years_counted() if one <= this}
    found = await coverage(known.get(year, this), scope=person.scope, department=department, words=words)
    return [one.id for one in found if one.leaving.without]


async def _sample(
    request: AnyRequest,
    person: Coordinator,
    settings: Settings,
    chosen: Sequence[int],
    who: str,
    words: str,
    now: datetime,
) -> Written | None:
    """The letter as the first of them that has a lycée near reads it; None where there is nothing to propose."""
    engine = cast("JinjaTemplateEngine", request.app.template_engine)
    for number in chosen[:1]:
        if draft := await letter_to_college(CollegeLetter(number, words, person.name, person.email), settings, now):
            return letter_of(engine.engine, "college_invited", draft, what="again" if who == SILENT else "")
    return None


async def letters_again(
    form: Form, request: AnyRequest, person: AsCoordinator, settings: SiteSettings, now: Now
) -> Template:
    """The letter with the words typed, to those whom the page named."""
    who, chosen, words = _who(form), _named(form), form.typed.get("words", "") if not form.errors else ""
    shown = LettersPage(
        who=who,
        choices=WHO,
        departments={},
        department="",
        words_asked="",
        chosen=chosen,
        left_out={},
        letter=await _sample(request, person, settings, chosen, who, words, now),
        form=form,
    )
    return page(shown)


def _who(form: Form) -> str:
    who = form.typed.get("qui", "")
    return who if who in WHO else UNCOVERED


def _named(form: Form) -> list[int]:
    return [int(number) for number in form.typed.get("colleges", "").split() if number.isdecimal()]


@post("/gestion/lettres", opt=may("colleges.invite"))
@form_act(WriteToCollege, page=letters_again)
async def send_letters(
    asked: WriteToCollege, form: Form, request: AnyRequest, person: AsCoordinator, settings: SiteSettings, now: Now
) -> Template | Redirect:
    """Show the letter with the words typed, or send it to those whom the page named."""
    if form.ticked("show"):
        return await letters_again(form, request, person, settings, now)
    write = remind_colleges if _who(form) == SILENT else write_to_colleges
    sent = await write(_named(form), asked, by=person.account, now=now)
    return done("/gestion/messages" if sent.letters else "/gestion/lettres", _said(sent.letters))


def _said(letters: int) -> str:
    return "lettres-envoyees" if letters else "aucune-lettre"
