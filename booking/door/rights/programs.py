"""A program of an organisation that calls: for its owner, or in the name of a teacher of its collège."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from litestar.handlers.base import BaseRouteHandler

from booking.door.forms.read import AnyRequest
from booking.people.accounts.queries import Person, Teacher
from booking.people.accounts.roles import ANYONE, roles_that
from booking.people.accounts.rules import Role
from booking.people.applications.queries import teacher_named
from booking.people.applications.rules import BY_THE_API, OfAPerson, TeacherNotNamed
from workshops.database.request_id import program

IN_NAME_OF: Final = "Technilab-Teacher"
"""The header by which a collège's program says in the name of which teacher it acts."""


@contextmanager
def asking(person: Person | None) -> Iterator[None]:
    """Whatever is done inside is done by the program that asks, where one does: its events say so."""
    asks = program.set(person.program.id if person is not None and person.program is not None else None)
    try:
        yield
    finally:
        program.reset(asks)


def takes_a_name(handler: BaseRouteHandler, *, acts: bool) -> bool:
    """Whether a collège's program has to say, at this route, in the name of which teacher it acts."""
    permission = handler.opt["may"]
    closed = permission in ANYONE or permission not in BY_THE_API or handler.opt.get("no_program")
    return not closed and (acts or bool(handler.opt.get("of_a_person"))) and Role.TEACHER in roles_that(permission)


async def in_the_name_of(
    request: AnyRequest, handler: BaseRouteHandler, caller: Person | None, *, acts: bool
) -> Person | None:
    """Who acts: by a call of a program the teacher whom it names, for whatever a collège's program changes; else
    whoever calls, or answers for it.

    Raises OfAPerson, TeacherNotNamed, TeacherUnknown, TeacherAwaits, ProgramsForbidden.
    """
    if caller is None or caller.program is None:
        return caller
    if handler.opt.get("no_program"):
        raise OfAPerson()
    if not isinstance(caller, Teacher) or handler.opt["may"] in ANYONE:
        if handler.opt.get("of_a_person"):
            raise OfAPerson()
        return caller
    email = request.headers.get(IN_NAME_OF, "").strip()
    if email:
        return await teacher_named(email, caller, school=caller.school)
    if takes_a_name(handler, acts=acts):
        raise TeacherNotNamed()
    return caller
