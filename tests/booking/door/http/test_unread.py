"""Litestar reads a route when it is first asked for; that each can be read is seen here, no more at the start."""

from __future__ import annotations

from booking.app import create_app
from booking.door.http.unread import LazyHandlerMap
from tests.application import assembled
from tests.browsing import Browser


def read(app) -> list[str]:
    return [route.path for route in app.routes if not isinstance(route.route_handler_map, LazyHandlerMap)]


async def test_no_route_is_read_before_it_is_asked_for(db):
    app = create_app()
    assert read(app) == []
    browser = Browser(app)
    assert (await browser.client.get("/programme")).status_code == 200
    assert (await browser.client.get("/aide")).status_code == 200
    assert (await browser.client.post("/programme")).status_code == 405
    assert sorted(read(app)) == ["/aide", "/programme"]


def test_every_route_can_be_read():
    """A handler that takes what nobody gives, or says no type, would otherwise be found by the first who asks."""
    routes = assembled().routes
    assert len(routes) > 450
    for route in routes:
        assert {method for method, (handler, model) in route.route_handler_map.items() if model} == route.methods
