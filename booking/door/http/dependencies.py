"""Dependencies that handlers receive by parameter name: the current user, the current time, the settings."""

from __future__ import annotations

from datetime import datetime

from litestar.datastructures import State
from litestar.di import Provide
from litestar.types import Scope

from booking.door.rights.authenticate import clock
from booking.door.rights.desk_link import Receiver, receiver_of
from booking.people.accounts.queries import Person
from booking.process.settings import Settings


def signed_in(scope: Scope) -> Person:
    """Who calls a route that guards open to roles alone."""
    person: Person = scope["user"]
    return person


def visitor(scope: Scope) -> Person | None:
    """Who calls a route that is open to anyone; None for somebody who is not signed in."""
    person: Person | None = scope.get("user")
    return person


def receiver(scope: Scope) -> Receiver:
    """Who receives at a desk: a host, or a helper who came by a desk link."""
    return receiver_of(scope)


def now(scope: Scope) -> datetime:
    """The time of the request, in UTC."""
    return clock(scope)


def settings(state: State) -> Settings:
    """The settings of this application."""
    given: Settings = state.settings
    return given


DEPENDENCIES = {
    "person": Provide(signed_in, sync_to_thread=False),
    "visitor": Provide(visitor, sync_to_thread=False),
    "receiver": Provide(receiver, sync_to_thread=False),
    "now": Provide(now, sync_to_thread=False),
    "settings": Provide(settings, sync_to_thread=False),
}
