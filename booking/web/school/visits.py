"""A visit's page: what is to do next, what may be done now, and its badges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from litestar import get
from litestar.params import FromPath
from litestar.response import Response, Template
from msgspec import Struct

from booking.calendar.invites.invite import invitation_for
from booking.calendar.replies.queries import Declined, declined_of_reservation
from booking.day.badges.issue_due import list_badges
from booking.day.badges.presets import PlaceBadges
from booking.day.badges.print_sheet import calibration_of, sheet_of
from booking.day.badges.queries import IssuedBadge
from booking.day.badges.rules import may_print
from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, download, invitation_file, page, renders
from booking.door.rights.guards import Now, PartOfVisit, SiteSettings, may
from booking.outbox.journal.queries import StoryLine, story_of
from booking.people.accounts.known import Colleague
from booking.people.accounts.queries import Host, Person, Teacher
from booking.people.accounts.rules import local_path
from booking.process.settings import Settings
from booking.visits.asking.choices import RANKS, WishChoice, choices_of
from booking.visits.asking.pairs import Half, halves_of
from booking.visits.draws.halves import object_words
from booking.visits.groups.queries import GroupSeen, group_of
from booking.visits.handovers.acts import HandVisitOn
from booking.visits.handovers.proposals import Proposal, proposal_of
from booking.visits.handovers.queries import successors
from booking.visits.phones.queries import PersonToCall, reached_at, reached_of_groups
from booking.visits.phones.queries import shown as phones_shown
from booking.visits.preparation.tick import note_printed
from booking.visits.questions.queries import Conversation
from booking.visits.reservation_states import BOTH_OR_NONE, ENDED, LIVE
from booking.visits.reservations.acts import (
    AcceptPlace,
    CancelVisit,
    ChangeHeadcount,
    NotePaperVisa,
    TellNeeds,
)
from booking.visits.reservations.queries import Visit, visit
from booking.visits.reservations.rules import may_tell_needs
from booking.visits.reservations.states import is_late
from booking.visits.reservations.whom_to_ask import unasked
from booking.visits.slot_changes.queries import slots_instead
from booking.web.school.after import after_page, questions_of_visit
from booking.web.school.steps import StepShown, steps_shown
from workshops.acts import Act
from workshops.offer.queries import SlotOnOffer
from workshops.refusals import Invalid, Refusal, or_not_found
from workshops.schools.queries import visa_of

ACTS: dict[str, type[Act]] = {
    "place": AcceptPlace,
    "headcount": ChangeHeadcount,
    "handing": HandVisitOn,
    "needs": TellNeeds,
    "paper": NotePaperVisa,
    "cancellation": CancelVisit,
}


class Handed(Struct, frozen=True):
    """What a teacher reads of a visit to come: its `proposal` to a colleague, who may be the reader (`to_reader`);
    whether the reader follows it (`hers`), and the colleagues to whom she may propose it."""

    proposal: Proposal | None
    to_reader: bool
    hers: bool
    colleagues: Sequence[Colleague]


@renders("school/visit.html", acts=ACTS)
class VisitPage(Page, frozen=True):
    """A visit as one of its people sees it; `asked_act` was just refused, `instead` are slots for a lost one.

    `another`: the search for another slot, of one that ended without taking place. `both_stand`: the other half of the
    class may be cancelled with this one; `asked_whether_it_comes`: nobody has said it yet, and the date is near;
    `questions` to the lycée about it; `handed`: whether it is proposed to a colleague, or may be; `steps` are what its
    collège has to do before it.
    """

    role: str
    visit: Visit
    acts: Sequence[str]
    asked_act: str
    late: bool
    printable: bool
    needs_told: bool
    choices: Sequence[WishChoice]
    ranks: Mapping[int, str]
    halves: Sequence[Half]
    halves_build: str
    printable_halves: bool
    both_stand: bool
    another: str
    declined: Sequence[Declined]
    story: Sequence[StoryLine]
    asked_whether_it_comes: bool
    steps: Sequence[StepShown]
    now: datetime
    form: Form | None = None
    refusal: Refusal | None = None
    instead: Sequence[SlotOnOffer] = ()
    reached: Sequence[PersonToCall] = ()
    visa_at: str = ""
    unasked: bool = False
    questions: Sequence[Conversation] = ()
    handed: Handed | None = None


@renders("school/badges.html", acts={"placing": PlaceBadges})
class VisitBadges(Page, frozen=True):
    visit: Visit
    badges: Sequence[IssuedBadge]
    group: GroupSeen | None
    ahead: bool
    form: Form | None


@renders("school/calibrate.html", acts={"placing": PlaceBadges})
class Calibration(Page, frozen=True):
    form: Form
    back: str


async def one_seen(reservation: int, person: Person) -> Visit:
    """A visit that this person is part of; raises NotFound for every other one."""
    return or_not_found(await visit(reservation, scope=person.scope))


@get("/reservations/{reservation:int}", opt=may("visits.read"))
async def one_visit(reservation: FromPath[int], person: PartOfVisit, now: Now) -> Template:
    seen = await one_seen(reservation, person)
    lost = seen.state == "called_off" and person.role == "teacher"
    return await visit_page(seen, person, now, instead=await slots_instead(reservation, now=now) if lost else [])


async def _reached(seen: Visit, person: Person, now: datetime) -> Sequence[PersonToCall]:
    """The telephones that the other side of the visit gave for its day, when they may be seen."""
    if not phones_shown(seen.state, starts_at=seen.starts_at, ends_at=seen.ends_at, now=now):
        return []
    if isinstance(person, Teacher):
        return await reached_at([seen.host])
    return list((await reached_of_groups([seen.id])).values()) if isinstance(person, Host) else []


async def _mailbox_asked(seen: Visit) -> str:
    """The collège's mailbox, while it is asked for the visa in the principal's place."""
    if seen.state != "requested" and seen.adults_asked is None:
        return ""
    visa = await visa_of(seen.school)
    return "" if visa.confirmed_at else visa.mailbox


async def _handed(seen: Visit, person: Person, now: datetime) -> Handed | None:
    if not isinstance(person, Teacher) or person.awaiting or not seen.sure or seen.replaces or now >= seen.starts_at:
        return None
    proposal = await proposal_of(seen.id, now=now)
    hers = seen.teacher_email == person.email
    colleagues = await successors(seen.school, instead_of=person.account) if hers and proposal is None else ()
    return Handed(proposal, proposal is not None and proposal.to_account == person.account, hers, colleagues)


async def visit_page(
    seen: Visit, person: Person, now: datetime, *, status: int = 200, asked_act: str = "", **more: Any
) -> Template:
    """The page of a visit; `asked_act` is the act just refused, whose form is shown open."""
    if seen.state == "attended":
        return await after_page(seen, person, now, status=status, form=more.get("form"), refusal=more.get("refusal"))
    acts = _acts(seen, person, now)
    declined, halves = await declined_of_reservation(seen.id), await halves_of(seen.pair)
    handed = await _handed(seen, person, now)
    shown = VisitPage(
        role=person.role,
        visit=seen,
        acts=acts,
        asked_act=asked_act,
        late=is_late(seen.deadlines, moved_late=seen.late, now=now),
        printable=may_print(seen.state),
        needs_told=not person.awaiting and may_tell_needs(seen.state, seen.ends_at, now=now),
        choices=await choices_of(seen.demand),
        ranks=RANKS,
        halves=halves,
        halves_build=object_words(halves[0].objects, halves[1].objects) if len(halves) > 1 else "",
        printable_halves=len(halves) > 1 and all(may_print(one.state) for one in halves),
        both_stand=len(halves) > 1 and all(one.state in LIVE - BOTH_OR_NONE and one.starts_at > now for one in halves),
        another=_another(seen, halves) if person.role == "teacher" else "",
        story=await story_of("reservation", seen.id, reader=person.account),
        declined=[one for one in declined if one.role == "teacher" or person.role != "teacher"],
        visa_at=await _mailbox_asked(seen),
        unasked=seen.state == "requested" and bool(await unasked([seen.id])),
        reached=await _reached(seen, person, now),
        questions=await questions_of_visit(seen, person),
        handed=handed,
        asked_whether_it_comes="say_coming" in acts and seen.asked_whether_it_comes(now),
        steps=await steps_shown(seen, person, halves, acts, now, asked_first=handed is not None and handed.to_reader),
        now=now,
        **more,
    )
    return page(shown, status=status)


def _another(seen: Visit, halves: Sequence[Half]) -> str:
    """The search for the class once its visit will not be; the whole of it once both halves will not."""
    if seen.state not in ENDED or seen.replaces is not None:
        return ""
    both = halves if all(one.state in ENDED for one in halves) else ()
    pupils = sum(one.pupils for one in both) or seen.pupils
    return f"/creneaux?{urlencode({'groupe': seen.group, 'niveau': seen.level, 'eleves': pupils})}"


def _acts(seen: Visit, person: Person, now: datetime) -> Sequence[str]:
    """What the page offers; a teacher whom her collège has not confirmed may only give up."""
    acts = seen.acts(role=person.role, now=now)
    return [act for act in acts if act == "cancel"] if person.awaiting else acts


@get("/reservations/{reservation:int}/badges", opt=may("visits.print"))
async def badges_page(reservation: FromPath[int], person: PartOfVisit, settings: SiteSettings, now: Now) -> Template:
    """The badges as a list to read, and the form that prints them."""
    return await _badges_page(reservation, person, settings, now)


async def _badges_page(
    reservation: int, person: Person, settings: Settings, now: datetime, *, status: int = 200, form: Form | None = None
) -> Template:
    seen = await one_seen(reservation, person)
    own = isinstance(person, Teacher)
    group = await group_of(seen.group, scope=person.scope) if isinstance(person, Teacher) else None
    badges = await list_badges(reservation, first_names=own, secret_key=settings.secret_key)
    shown = VisitBadges(seen, badges, group, ahead=own and seen.ends_at > now, form=form)
    return page(shown, status=status)


@get("/reservations/{reservation:int}/badges.pdf", opt=may("visits.print"))
async def badges_pdf(
    request: AnyRequest, reservation: FromPath[int], person: PartOfVisit, settings: SiteSettings, now: Now
) -> Response[bytes] | Template:
    await one_seen(reservation, person)
    form = Form(request.query_params)
    try:
        sheet = await sheet_of(
            reservation,
            secret_key=settings.secret_key,
            first_names=person.role == "teacher",
            placed=form.act(PlaceBadges),
            printed_on=now,
        )
    except Invalid as no:
        form.note(no, PlaceBadges)
        return await _badges_page(reservation, person, settings, now, status=no.status, form=form)
    if isinstance(person, Teacher):
        await note_printed([reservation], by=person.account, now=now)
    return download(sheet, name=f"badges-{reservation}.pdf")


@get("/reservations/{reservation:int}/invitation.ics", opt=may("visits.print"))
async def invitation_ics(
    request: AnyRequest, reservation: FromPath[int], person: PartOfVisit, settings: SiteSettings
) -> Response[bytes]:
    made = await invitation_for(
        reservation, scope=person.scope, email=person.email, name=person.name, settings=settings
    )
    return invitation_file(made, request)


@get("/badges/essai.pdf", opt=may("visits.print"))
async def test_page_pdf(request: AnyRequest) -> Response[bytes] | Template:
    """The page to print on plain paper before a sheet of labels is spent."""
    form = Form(request.query_params)
    try:
        placed = form.act(PlaceBadges)
    except Invalid as no:
        return page(Calibration(form, local_path(form.typed.get("retour", ""))), status=no.status)
    return download(await calibration_of(placed), name=f"essai-{placed.labels.name}.pdf")
