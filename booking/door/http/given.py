"""Dependencies that handlers receive by parameter name: the current user, the current time, the settings.

Litestar would resolve each of them in turn and validate its type, for a tenth of the cost of a request: what the
authentication middleware found is known to be of the right type.
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


def _person(connection: AnyConnection) -> Person:
    person: Person = connection.scope["user"]
    return person


PROVIDERS: Final[Mapping[str, Callable[[AnyConnection], Any]]] = {
    "person": _person,
    "visitor": lambda connection: connection.scope.get("user"),
    "receiver": lambda connection: receiver_of(connection.scope),
    "now": lambda connection: clock(connection.scope),
    "settings": lambda connection: connection.app.state.settings,
}


def _never_called(name: str) -> Provide:
    def provide() -> None:
        raise RuntimeError(f"{name} is injected directly, Litestar does not resolve it")

    return Provide(provide, sync_to_thread=False)


# These tell Litestar that the names are dependencies, not query parameters.
DEPENDENCIES = {name: _never_called(name) for name in PROVIDERS}


def inject_dependencies(route: HTTPRoute) -> None:
    """Have each handler of a route receive the dependencies that its parameters name."""
    for handler, model in route.route_handler_map.values():
        names = [name for name in handler.signature_model._fields if name in PROVIDERS]
        model.dependency_batches = []
        if names:
            model.extractors.append(_extractor(names))


def _extractor(names: list[str]) -> Callable[[dict[str, Any], AnyConnection], Awaitable[None]]:
    providers = [(name, PROVIDERS[name]) for name in names]

    async def extract(values: dict[str, Any], connection: AnyConnection) -> None:
        for name, provider in providers:
            values[name] = provider(connection)

    return extract
