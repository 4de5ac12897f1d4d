"""The principal's page, without an account: one reservation and two buttons, or a visa noted from paper to take
back."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Template
from msgspec import Struct, structs

from booking.door.forms.form_act import form_act
from booking.door.forms.read import Form
from booking.door.http.answers import Page, page, renders
from booking.door.rights.guards import Now, SiteSettings, may
from booking.people.accounts.rules import LinkSpent
from booking.visits.asking.choices import RANKS, WishChoice, choice_line, to_sign, visits_to_sign
from booking.visits.asking.pairs import Half, other_half
from booking.visits.draws.halves import object_words, people_words
from booking.visits.reservations.acts import AnswerApproval
from booking.visits.reservations.approve import answer_approval
from booking.visits.reservations.queries import Visit, taken_back_by, visit, visit_to_approve
from booking.visits.reservations.rules import LinkNotOurs
from booking.visits.reservations.take_back_visa import take_back_visa
from booking.visits.reservations.tell_answer import visa_told
from booking.visits.reservations.whom_to_ask import adults_by_link, has_whom_to_ask
from booking.web.public.answered_question import VISA, answered_page
from booking.words.wording import counted, spaced, span
from workshops.scope import EVERYTHING


class Described(Struct, frozen=True):
    """What a class would do: the workshop of a `visit`, and the choices that lead to it, in words."""

    choices: str
    visit: Visit


@renders("public/visa.html", acts={"asked": AnswerApproval})
class VisaPage(Page, frozen=True):
    """What a principal is asked to sign. `replaced`: the visit signed before, that this one would replace;
    `signable` the lines of a demand, in words, and what each workshop of theirs is, `described`;
    `halves`: those of a class, for which the same visa is good, `people` and `built` what they are together."""

    visit: Visit
    token: str
    heading: str
    refusing: str
    adults: int
    choices: list[WishChoice]
    described: list[Described]
    signable: dict[str, str]
    replaced: Visit | None
    halves: list[Visit]
    people: str
    built: str


@renders("public/visa_given.html")
class VisaGiven(Page, frozen=True):
    """`signed`: what a principal has just signed, line by line, to be printed as it stands; nothing of a refusal."""

    heading: str
    state: str
    who: str
    visit: Visit
    signed: Sequence[tuple[str, str]]


GIVEN = {
    "confirmed": "Le visa est accordé",
    "signed": "Le visa est accordé pour les choix cochés",
    "unchanged": "Le changement est refusé",
}


def asked_for(adults: int, more: int | None, *, replaces: bool) -> str:
    """What the visa is for, given the adults signed for and those asked for since: the heading of its page."""
    if more:
        several = more > adults + 1
        return f"{'Des accompagnateurs' if several else 'Un accompagnateur'} de plus {_ask(several)} votre visa"
    return f"{'Un changement de visite' if replaces else 'Une visite'} demande votre visa"


def _ask(several: bool) -> str:
    return "demandent" if several else "demande"


def to_refuse(more: int | None, *, replaces: bool, choices: int) -> str:
    """The words of the button that says no."""
    if more or replaces:
        return "Refuser le changement"
    return "Refuser toutes ces visites" if choices > 1 else "Refuser la visite"


async def _asked(token: str) -> Visit | Template:
    """What is asked, or the page that says what was answered."""
    if (found := await visit_to_approve(token)) is not None:
        return found
    if (told := await visa_told(token)) is not None:
        return answered_page(told, question=VISA)
    raise LinkNotOurs()


@get("/visa/{token:str}", opt=may("public.use"))
async def visa_page(token: FromPath[str]) -> Template:
    """What is asked; nothing is answered by opening the page, since mail scanners open it too."""
    seen = await _asked(token)
    if not isinstance(seen, Visit):
        return seen
    choices = await to_sign(seen.id, seen.demand)
    replaced = None if seen.replaces is None else await visit(seen.replaces, scope=EVERYTHING)
    both = await _both(seen)
    shown = VisaPage(
        visit=seen,
        token=token,
        heading=asked_for(seen.adults, seen.adults_asked, replaces=replaced is not None),
        refusing=to_refuse(seen.adults_asked, replaces=replaced is not None, choices=len(choices)),
        adults=seen.adults_asked or seen.adults,
        choices=choices,
        described=_described(await visits_to_sign(choices)) if len(choices) > 1 else [],
        signable={str(one.id): spaced(f"{RANKS[one.rank].capitalize()} : {choice_line(one)}") for one in choices},
        replaced=replaced,
        halves=both,
        people=people_words([one.pupils for one in both], [one.adults for one in both]) if both else "",
        built=object_words(both[0].objects, both[1].objects) if both else "",
    )
    return page(shown)


def _described(visits: Sequence[Visit]) -> list[Described]:
    """Each workshop once, in the order of the choices."""
    found: dict[object, tuple[Visit, dict[str, None]]] = {}
    for one in visits:
        told = (one.host, one.workshop, one.summary, one.sheet, one.objects, one.bring)
        found.setdefault(told, (one, {}))[1].setdefault(RANKS[one.line])
    return [Described(", ".join(choices).capitalize(), visit) for visit, choices in found.values()]


async def _both(seen: Visit) -> list[Visit]:
    """Both halves of a class that await the same answer, the first one first; none for a group that comes whole."""
    half = await other_half(seen.pair, seen.id) if seen.replaces is None and seen.state == "requested" else None
    other = await visit(half.id, scope=EVERYTHING) if half is not None and half.state == "requested" else None
    return [] if other is None else sorted((seen, other), key=lambda one: one.half or 0)


def _approved(form: Form) -> bool:
    return form.choice("answer", {"oui", "non"}, label="Réponse") == "oui"


@post("/visa/{token:str}", opt=may("public.use"))
@form_act(AnswerApproval, page=visa_page.fn, approved=_approved)
async def answer_visa(asked: AnswerApproval, token: FromPath[str], settings: SiteSettings, now: Now) -> Template:
    """Of several choices, those that are not ticked are not agreed to: nothing is signed that was not shown."""
    seen = await _asked(token)
    if not isinstance(seen, Visit):
        return seen
    if asked.choices is None and len(await to_sign(seen.id, seen.demand)) > 1:
        asked = structs.replace(asked, choices=[])
    signed = await _what_is_signed(seen, asked.choices) if asked.approved else ()
    try:
        state = await answer_approval(token, asked, secret_key=settings.secret_key, now=now)
    except LinkSpent:
        # Answered in another window meanwhile.
        if isinstance(told := await _asked(token), Visit):
            raise
        return told
    heading, who = GIVEN.get(state, "La visite est refusée"), seen.teacher or "l'enseignant"
    return page(VisaGiven(heading, state, who, seen, signed))


async def _what_is_signed(seen: Visit, ticked: Collection[int] | None) -> Sequence[tuple[str, str]]:
    """Whom a visa lets go, when and where, read before it is given: of several choices, those ticked."""
    adults, both = seen.adults_asked or seen.adults, await _both(seen)
    choices = await to_sign(seen.id, seen.demand)
    if len(choices) > 1:
        lines = [(RANKS[one.rank].capitalize(), choice_line(one)) for one in choices if ticked and one.id in ticked]
    else:
        lines = [("Quand", span(one.starts_at, one.ends_at)) for one in both or [seen]]
        lines.append(("Où", f"{seen.host_name}, {seen.host_commune}"))
    people = f"{counted(seen.pupils, 'élève')}, {counted(adults, 'adulte')}"
    if both:
        people = people_words([one.pupils for one in both], [one.adults for one in both])
    return [("Groupe", f"{seen.group_name}, {seen.school_name} ({people})"), *lines]


@renders("public/paper_visa.html")
class PaperVisaNoted(Page, frozen=True):
    """`stands`: the visa may still be taken back; `done`: it has just been. `asked`: somebody is asked for it then;
    `kept`: the adults for whom it stands all the same, by a visa of the link."""

    visit: Visit
    token: str
    other: Half | None
    stands: bool
    asked: bool
    kept: int | None
    done: bool = False


@get("/visa/papier/{token:str}", opt=may("public.use"))
async def paper_visa_page(token: FromPath[str], now: Now) -> Template:
    """What was noted; nothing is taken back by opening the page, since mail scanners open it too."""
    return await _page(token, now)


@post("/visa/papier/{token:str}", opt=may("public.use"))
async def take_back(token: FromPath[str], now: Now) -> Template:
    try:
        await take_back_visa(token, ask_token=secrets.token_urlsafe(32), now=now)
    except LinkSpent:
        # Taken back in another window meanwhile, signed since, or over.
        return await _page(token, now)
    return await _page(token, now, done=True)


async def _page(token: str, now: datetime, *, done: bool = False) -> Template:
    found = await taken_back_by(token, now=now)
    if found is None:
        raise LinkNotOurs()
    visit, stands = found
    other = await other_half(visit.pair, visit.id)
    kept = await adults_by_link(visit.id)
    asked = await has_whom_to_ask(visit.school)
    return page(PaperVisaNoted(visit, token, other, stands, asked, kept, done), status=200 if stands or done else 410)
