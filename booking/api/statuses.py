"""With which statuses an operation refuses, and what each of them means to a program."""

from __future__ import annotations

from typing import Any, get_type_hints

from litestar.handlers import HTTPRouteHandler

from booking.api.named_refusals import kinds_of
from booking.door.http.first_answers import keeps_first_answer
from booking.door.rights.programs import takes_a_name
from booking.people.accounts.roles import ANYONE, BY_DESK_LINK
from booking.people.applications.rules import (
    BY_THE_API,
    NobodyAnswers,
    OfAPerson,
    ProgramsForbidden,
    TeacherAwaits,
    TeacherNotNamed,
    TeacherUnknown,
)
from booking.visits.reservations.rules import KeyReused

SAFE = frozenset({"GET"})
REFUSALS = {
    400: "What was sent cannot be read, or this Technilab has another name.",
    401: "No key, or one that opens nothing any more.",
    403: "A key that only reads, or whose role may not; or a program in whose name nobody is, or wants to be, asked.",
    404: "It does not exist, or belongs to another school.",
    409: "Not possible as things stand: `type` says why, `detail` says it in French.",
    410: "The desk link has ended; or what follows a cursor is not kept any more: `begin_at` is where to begin again.",
    413: "Too large.",
    415: "A body of another Content-Type than those that are described.",
    422: "A value or a name that cannot be taken: `errors` says it for each.",
    429: "Too many tries.",
    503: "The database does not answer for a moment, or too many ask at once: `Retry-After` says when to come back.",
}
AT_THE_DOOR = {
    400: ("bad-request", "misdirected"),
    401: ("sign-in-first",),
    404: ("not-found",),
    409: ("crossed", "year-frozen"),
    410: ("desk-link-ended",),
    413: ("too-large",),
    415: ("unsupported-media-type",),
    422: ("invalid",),
    429: ("too-many-tries",),
    503: ("busy", "unavailable"),
}


def statuses_of(handler: HTTPRouteHandler, method: str, path: str) -> list[int]:
    """The refusals that a route can give: whoever may call, what it is sent, whether it acts."""
    permission = handler.opt["may"]
    found = {400, 422, 503}
    if permission not in ANYONE:
        found |= {401, 403}
        if permission in BY_DESK_LINK:
            found |= {410, 429}
    found.update(handler.opt.get("refuses", ()))
    if "{" in path or method not in SAFE:
        found.add(404)
    if method not in SAFE:
        found |= {409, 413}
    if body_of(handler) is not None or handler.opt.get("reads_file"):
        found.add(415)
    return sorted(found | {status for status, _ in kinds_of(handler.fn)})


def kinds_at_the_door(status: int, handler: HTTPRouteHandler, *, safe: bool) -> set[str]:
    """What is refused before the act itself: the key, the role, the body, a database that is away."""
    permission = handler.opt["may"]
    if status == 403:
        told = {"not-yours", "awaits-college", "proof-first"} if permission not in ANYONE else set()
        told |= {NobodyAnswers.kind} if permission in BY_THE_API else set()
        told |= {OfAPerson.kind} if handler.opt.get("no_program") or handler.opt.get("of_a_person") else set()
        if takes_a_name(handler, acts=not safe):
            told |= {TeacherUnknown.kind, TeacherAwaits.kind, ProgramsForbidden.kind}
        told |= set() if safe else {"key-only-reads", "not-from-our-page"}
        return told | ({"fresh-proof-needed"} if handler.opt.get("fresh") else set())
    if status == 400 and takes_a_name(handler, acts=not safe):
        return {*AT_THE_DOOR[status], TeacherNotNamed.kind}
    if status == 422 and keeps_first_answer(handler):
        return {*AT_THE_DOOR[status], KeyReused.kind}
    return set(AT_THE_DOOR[status]) if status != 409 or not safe else set()


def body_of(handler: HTTPRouteHandler) -> Any:
    """The type of a handler's body, None without one."""
    return get_type_hints(handler.fn).get("data")
