"""Dependencies that handlers receive by parameter name: the current user, the current time, the settings.

Each depends on the one before, which it does not need: what stands at one level Litestar resolves in a group of tasks,
and that costs several times as much as all of these together, one after the other.
"""

from __future__ import annotations

from datetime import datetime

from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.types import Scope

from booking.door.rights.authenticate import clock
from booking.door.rights.desk_link import Receiver, receiver_of
from booking.people.accounts.queries import Person
from booking.process.settings import Settings


def now_of(scope: Scope) -> datetime:
    """The time of the request, in UTC."""
    return clock(scope)


def settings_of(state: State, now: NamedDependency[datetime]) -> Settings:
    """The settings of this application."""
    given: Settings = state.settings
    return given


def signed_in(scope: Scope, settings: NamedDependency[Settings]) -> Person:
    """Who calls a route that guards open to roles alone."""
    person: Person = scope["user"]
    return person


def visitor(scope: Scope, settings: NamedDependency[Settings]) -> Person | None:
    """Who calls a route that is open to anyone; None for somebody who is not signed in."""
    person: Person | None = scope.get("user")
    return person


def receiver(scope: Scope, settings: NamedDependency[Settings]) -> Receiver:
    """Who receives at a desk: a host, or a helper who came by a desk link."""
    return receiver_of(scope)


DEPENDENCIES = {
    "now": Provide(now_of, sync_to_thread=False),
    "settings": Provide(settings_of, sync_to_thread=False),
    "person": Provide(signed_in, sync_to_thread=False),
    "visitor": Provide(visitor, sync_to_thread=False),
    "receiver": Provide(receiver, sync_to_thread=False),
}
