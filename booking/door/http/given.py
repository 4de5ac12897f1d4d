"""What a handler is given by its name: who asks, the hour, the settings.

Litestar would look for each of them in turn and hold it to its type, by a tenth of what a request costs: what the
entrance has found is known to be right.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from litestar.di import Provide

from booking.door.rights.authenticate import clock
from booking.door.rights.desk_link import receiver_of

if TYPE_CHECKING:
    from litestar.connection import ASGIConnection
    from litestar.routes import HTTPRoute

    from booking.people.accounts.queries import Person

    AnyConnection = ASGIConnection[Any, Any, Any, Any]


def _person(asked: AnyConnection) -> Person:
    person: Person = asked.scope["user"]
    return person


GIVEN: Final[Mapping[str, Callable[[AnyConnection], Any]]] = {
    "person": _person,
    "visitor": lambda asked: asked.scope.get("user"),
    "receiver": lambda asked: receiver_of(asked.scope),
    "now": lambda asked: clock(asked.scope),
    "settings": lambda asked: asked.app.state.settings,
}


def _never_asked(name: str) -> Provide:
    def find() -> None:
        raise RuntimeError(f"{name} is given, and not looked for")

    return Provide(find, sync_to_thread=False)


# By these Litestar knows that the names are not parameters of an address.
DEPENDENCIES = {name: _never_asked(name) for name in GIVEN}


def give(route: HTTPRoute) -> None:
    """Hand each handler of a route what it names."""
    for handler, model in route.route_handler_map.values():
        named = [name for name in handler.signature_model._fields if name in GIVEN]
        model.dependency_batches = []
        if named:
            model.extractors.append(_giving(named))


def _giving(named: list[str]) -> Callable[[dict[str, Any], AnyConnection], Awaitable[None]]:
    found = [(name, GIVEN[name]) for name in named]

    async def giving(values: dict[str, Any], asked: AnyConnection) -> None:
        for name, find in found:
            values[name] = find(asked)

    return giving
