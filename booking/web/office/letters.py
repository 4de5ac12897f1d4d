"""One letter to the collèges of a list, however many: read once, sent once; and its reminder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, cast

from litestar import get, post
from litestar.response import Redirect, Template

from booking.door.forms.form_act import form_act
from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import AsCoordinator, Now, SiteSettings, may
from booking.mails.compose import letter_of
from booking.mails.outreach import letter_to_college
from booking.outbox.notices.rules import Letter as Written
from booking.people.accounts.queries import Coordinator
from booking.process.settings import Settings
from booking.programme.outreach.queries import addressee, writable
from booking.programme.outreach.rules import SILENT, CollegeLetter, WriteToCollege
from booking.programme.outreach.write_to_colleges import remind_colleges, write_to_colleges
from booking.web.office.coverage import PAGE, asked_in, chosen_words, colleges_found

if TYPE_CHECKING:
    from litestar.plugins.jinja import JinjaTemplateEngine


@renders("office/letters.html", acts={"asked": WriteToCollege})
class LettersPage(Page, frozen=True):
    """`chosen` are the numbers of the collèges that the letter leaves to, `left_out` how many others, by reason;
    `reminds`: it is the reminder of one. `named`: the only collège that was asked for, or what chose them in words;
    `query` is what asks for them, also of their list. The `letter` is as the collège `reader` reads it."""

    reminds: bool
    named: str
    query: str
    chosen: Sequence[int]
    left_out: Mapping[str, int]
    reader: str
    letter: Written | None
    form: Form | None = None


@get("/gestion/lettres", opt=may("colleges.invite"))
async def letters_page(request: AnyRequest, person: AsCoordinator, settings: SiteSettings, now: Now) -> Template:
    """To the collèges that the same address of the list asks for."""
    found = await colleges_found(person, request, whole=False, now=now)
    reminds, numbers = found.chosen["qui"] == SILENT, [one.id for one in found.colleges]
    why_not = dict.fromkeys(numbers, "") if reminds else await writable(numbers, now=now)
    chosen = [number for number, why in why_not.items() if not why]
    alone = found.colleges[0] if len(numbers) == 1 else None
    shown = LettersPage(
        reminds=reminds,
        named=f"{alone.name}, {alone.commune}" if alone else chosen_words(found),
        query=found.query,
        chosen=chosen,
        left_out=Counter(why for why in why_not.values() if why),
        reader=await _reader(chosen, now=now),
        letter=await _sample(request, person, settings, chosen, reminds=reminds, words="", now=now),
    )
    return page(shown)


async def _reader(chosen: Sequence[int], *, now: datetime) -> str:
    """The name of the first of them; empty for nobody."""
    return (await addressee(chosen[0], now=now)).name if chosen else ""


async def _sample(
    request: AnyRequest,
    person: Coordinator,
    settings: Settings,
    chosen: Sequence[int],
    *,
    reminds: bool,
    words: str,
    now: datetime,
) -> Written | None:
    """The letter as the first of them that has a lycée near reads it; None where there is nothing to propose."""
    engine = cast("JinjaTemplateEngine", request.app.template_engine)
    for number in chosen[:1]:
        if draft := await letter_to_college(CollegeLetter(number, words, person.name, person.email), settings, now):
            return letter_of(engine.engine, "college_invited", draft, what="again" if reminds else "")
    return None


async def letters_again(
    form: Form, request: AnyRequest, person: AsCoordinator, settings: SiteSettings, now: Now
) -> Template:
    """The letter with the words typed, to those whom the page named."""
    reminds, chosen, words = _reminds(form), _named(form), form.typed.get("words", "") if not form.errors else ""
    shown = LettersPage(
        reminds=reminds,
        named="",
        query=asked_in(request),
        chosen=chosen,
        left_out={},
        reader=await _reader(chosen, now=now),
        letter=await _sample(request, person, settings, chosen, reminds=reminds, words=words, now=now),
        form=form,
    )
    return page(shown)


def _reminds(form: Form) -> bool:
    return form.typed.get("qui") == SILENT


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
    write = remind_colleges if _reminds(form) else write_to_colleges
    sent = await write(_named(form), asked, by=person.account, now=now)
    back = f"{PAGE}?{asked_in(request)}".removesuffix("?")
    return done(back, "lettres-envoyees", many=sent.letters) if sent.letters else done(back, "aucune-lettre")
