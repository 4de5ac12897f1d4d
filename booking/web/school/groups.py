"""A collège's groups: a label, a level, a head count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from booking.door.forms.form_act import form_act
from booking.door.forms.read import Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import AsTeacher, Now, may
from booking.people.accounts.queries import Teacher
from booking.people.accounts.rules import local_path
from booking.visits.asking.looking import StillLooks, still_looking
from booking.visits.groups.queries import GroupSeen, group_of, groups_of
from booking.visits.groups.register import (
    DescribeGroup,
    RegisterGroup,
    archive,
    change,
    delete_group,
    register,
    take_back,
)
from booking.web.public.search_class import ABOUT_CLASS, SearchedClass, searched_class
from booking.words.wording import school_year_of
from workshops.acts import Act
from workshops.refusals import or_not_found


@renders("school/groups.html", acts={"asked": RegisterGroup})
class GroupList(Page, frozen=True):
    """The groups of a year; the form of a new one begins with the class that was `searched` for."""

    groups: Sequence[GroupSeen]
    archived: Sequence[GroupSeen]
    year: str
    next_path: str
    searched: SearchedClass


@renders("school/group.html", acts={"asked": DescribeGroup})
class GroupForm(Page, frozen=True):
    """A group, and its demands that are `looking` for whatever suits."""

    group: GroupSeen
    looking: Sequence[StillLooks]


@get("/mes-groupes", opt=may("visits.ask"))
async def own_groups(
    person: AsTeacher, now: Now, next: FromQuery[str] = "", niveau: FromQuery[str] = "", eleves: FromQuery[str] = ""
) -> Template:
    year = school_year_of(now)
    shown = GroupList(
        groups=await groups_of(person.scope, school_year=year),
        archived=await groups_of(person.scope, school_year=year, archived=True),
        year=year,
        next_path=local_path(next) if next else "",
        searched=searched_class({"niveau": niveau, "eleves": eleves}),
    )
    return page(shown)


async def _groups_again(person: AsTeacher, now: Now, form: Form) -> Template:
    again: Template = await own_groups.fn(person, now, next=form.typed.get("next", ""))
    return again


def _this_year(now: datetime) -> str:
    return school_year_of(now)


@post("/mes-groupes", opt=may("visits.ask"))
@form_act(RegisterGroup, page=_groups_again, school_year=_this_year)
async def add_group(asked: RegisterGroup, form: Form, person: AsTeacher, now: Now) -> Redirect:
    made = await register(asked, school=person.school, by=person.account, now=now)
    next_path = form.typed.get("next", "")
    return done(_with_group(local_path(next_path), made) if next_path else "/mes-groupes", "groupe-ajoute")


def _with_group(path: str, group: int) -> str:
    """The way on, where the group just added is the one that comes."""
    asked = urlsplit(path)
    if not asked.path.startswith("/creneaux"):
        return path
    others = [(name, answer) for name, answer in parse_qsl(asked.query) if name not in ABOUT_CLASS]
    return f"{asked.path}?{urlencode([*others, ('groupe', str(group))])}"


async def _own(group: int, person: Teacher) -> GroupSeen:
    return or_not_found(await group_of(group, scope=person.scope))


@get("/mes-groupes/{group:int}", opt=may("visits.ask"))
async def one_group(group: FromPath[int], person: AsTeacher, now: Now) -> Template:
    seen = await _own(group, person)
    return page(GroupForm(group=seen, looking=await still_looking(person.scope, group=group, now=now)))


@post("/mes-groupes/{group:int}", opt=may("visits.ask"))
@form_act(DescribeGroup, page=one_group.fn)
async def change_group(asked: DescribeGroup, group: FromPath[int], person: AsTeacher, now: Now) -> Redirect:
    await _own(group, person)
    await change(group, asked, school=person.school, by=person.account, now=now)
    return done("/mes-groupes", "groupe-ajoute")


@post("/mes-groupes/{group:int}/archive", opt=may("visits.ask"))
@form_act(Act, page=one_group.fn)
async def archive_group(group: FromPath[int], person: AsTeacher, now: Now) -> Redirect:
    await _own(group, person)
    await archive(group, school=person.school, by=person.account, now=now)
    return done("/mes-groupes", "groupe-archive")


@post("/mes-groupes/{group:int}/suppression", opt=may("visits.ask"))
@form_act(Act, page=one_group.fn)
async def delete_own_group(group: FromPath[int], person: AsTeacher, now: Now) -> Redirect:
    await _own(group, person)
    await delete_group(group, school=person.school, by=person.account, now=now)
    return done("/mes-groupes", "groupe-supprime")


@post("/mes-groupes/{group:int}/reprise", opt=may("visits.ask"))
async def take_group_back(group: FromPath[int], person: AsTeacher, now: Now) -> Redirect:
    await _own(group, person)
    await take_back(group, school=person.school, by=person.account, now=now)
    return done("/mes-groupes", "groupe-repris")
