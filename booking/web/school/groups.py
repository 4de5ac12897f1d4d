"""A collège's groups: a label, a level, a head count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page
from booking.door.rights.guards import NEW_TEACHER
from booking.people.accounts.queries import Teacher
from booking.people.accounts.rules import local_path
from booking.visits.groups.archive import archive, take_back
from booking.visits.groups.delete import delete_group
from booking.visits.groups.queries import GroupSeen, group_of, groups_of
from booking.visits.groups.register import change, register
from booking.visits.groups.rules import GroupUsed, VisitsAhead
from booking.web.public.search_class import ABOUT_CLASS, NO_CLASS, SearchedClass, searched_class
from booking.words.wording import SECTIONS, school_year_of
from workshops.refusals import Invalid, Refusal, or_not_found
from workshops.schools.rules import LEVELS


@dataclass(frozen=True)
class GroupList(Page, template="school/groups.html"):
    """The groups of a year; the form of a new one begins with the class that was `searched` for."""

    groups: Sequence[GroupSeen]
    archived: Sequence[GroupSeen]
    year: str
    next_path: str
    searched: SearchedClass
    form: Form | None


@dataclass(frozen=True)
class GroupForm(Page, template="school/group.html"):
    group: GroupSeen
    form: Form | None = None
    refusal: Refusal | None = None


@get("/mes-groupes", opt=NEW_TEACHER)
async def own_groups(
    person: NamedDependency[Teacher],
    now: NamedDependency[datetime],
    next: FromQuery[str] = "",
    niveau: FromQuery[str] = "",
    eleves: FromQuery[str] = "",
) -> Template:
    searched = searched_class({"niveau": niveau, "eleves": eleves})
    return await _groups_page(person, now, next_path=next, searched=searched)


async def _groups_page(
    person: Teacher,
    now: datetime,
    *,
    next_path: str = "",
    status: int = 200,
    searched: SearchedClass = NO_CLASS,
    form: Form | None = None,
) -> Template:
    year = school_year_of(now)
    groups = await groups_of(person.school, school_year=year, only=person.sees_only)
    archived = await groups_of(person.school, school_year=year, archived=True, only=person.sees_only)
    where = local_path(next_path) if next_path else ""
    shown = GroupList(
        groups=groups,
        archived=archived,
        year=year,
        next_path=where,
        searched=searched,
        form=form,
    )
    return page(shown, status=status)


def _asked(form: Form) -> dict[str, Any]:
    return {
        "name": form.text("name", label="Nom du groupe", most=60),
        "level": form.choice("level", LEVELS, label="Niveau"),
        "section": form.choice("section", SECTIONS, label="Section", default=""),
        "pupils": form.whole("pupils", 1, 60, label="Élèves"),
        "ulis": form.whole("ulis", 0, 60, label="Dont élèves d'ULIS", default=0),
    }


@post("/mes-groupes", opt=NEW_TEACHER)
async def add_group(
    request: AnyRequest, person: NamedDependency[Teacher], now: NamedDependency[datetime]
) -> Template | Redirect:
    form = Form(await request.form())
    asked = _asked(form)
    next_path = form.typed.get("next", "")
    try:
        form.refuse_if_wrong()
        made = await register(
            school=person.school, by=person.account, school_year=school_year_of(now), now=now, **asked
        )
    except Refusal as no:
        _note(form, no)
        return await _groups_page(person, now, next_path=next_path, status=no.status, form=form)
    return done(_with_group(local_path(next_path), made) if next_path else "/mes-groupes", "groupe-ajoute")


def _with_group(path: str, group: int) -> str:
    """The way on, where the group just added is the one that comes."""
    asked = urlsplit(path)
    if not asked.path.startswith("/creneaux"):
        return path
    others = [(name, answer) for name, answer in parse_qsl(asked.query) if name not in ABOUT_CLASS]
    return f"{asked.path}?{urlencode([*others, ('groupe', str(group))])}"


def _note(form: Form, no: Refusal) -> None:
    """Put a refusal beside the field that it speaks of."""
    form.errors.update(no.errors if isinstance(no, Invalid) else {"name": no.sentence})


async def _own(group: int, person: Teacher) -> GroupSeen:
    return or_not_found(await group_of(group, school=person.school, only=person.sees_only))


@get("/mes-groupes/{group:int}", opt=NEW_TEACHER)
async def one_group(group: FromPath[int], person: NamedDependency[Teacher]) -> Template:
    return page(GroupForm(group=await _own(group, person)))


@post("/mes-groupes/{group:int}", opt=NEW_TEACHER)
async def change_group(
    request: AnyRequest, group: FromPath[int], person: NamedDependency[Teacher], now: NamedDependency[datetime]
) -> Template | Redirect:
    form = Form(await request.form())
    asked = _asked(form)
    known = await _own(group, person)
    try:
        form.refuse_if_wrong()
        await change(group, school=person.school, by=person.account, now=now, **asked)
    except Refusal as no:
        _note(form, no)
        return page(GroupForm(group=known, form=form), status=no.status)
    return done("/mes-groupes", "groupe-ajoute")


@post("/mes-groupes/{group:int}/archive", opt=NEW_TEACHER)
async def archive_group(
    group: FromPath[int], person: NamedDependency[Teacher], now: NamedDependency[datetime]
) -> Template | Redirect:
    known = await _own(group, person)
    try:
        await archive(group, school=person.school, by=person.account, now=now)
    except VisitsAhead as no:
        return page(GroupForm(group=known, refusal=no), status=no.status)
    return done("/mes-groupes", "groupe-archive")


@post("/mes-groupes/{group:int}/suppression", opt=NEW_TEACHER)
async def delete_own_group(
    group: FromPath[int], person: NamedDependency[Teacher], now: NamedDependency[datetime]
) -> Template | Redirect:
    known = await _own(group, person)
    try:
        await delete_group(group, school=person.school, by=person.account, now=now)
    except GroupUsed as no:
        return page(GroupForm(group=known, refusal=no), status=no.status)
    return done("/mes-groupes", "groupe-supprime")


@post("/mes-groupes/{group:int}/reprise", opt=NEW_TEACHER)
async def take_group_back(
    group: FromPath[int], person: NamedDependency[Teacher], now: NamedDependency[datetime]
) -> Redirect:
    await _own(group, person)
    await take_back(group, school=person.school, by=person.account, now=now)
    return done("/mes-groupes", "groupe-repris")
