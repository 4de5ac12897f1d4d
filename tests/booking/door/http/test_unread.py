"""A route is analysed at its first request; that every route can be analysed is tested here, no more at the start."""

from __future__ import annotations

from booking.app import create_app
from booking.door.http.unread import LazyHandlerMap
from tests.application import assembled
from tests.browsing import Browser


def analysed(app) -> list[str]:
    return [route.path for route in app.routes if not isinstance(route.route_handler_map, LazyHandlerMap)]


async def test_no_route_is_analysed_before_its_first_request(db):
    app = create_app()
    assert analysed(app) == []
    browser = Browser(app)
    assert (await browser.client.get("/programme")).status_code == 200
    assert (await browser.client.get("/aide")).status_code == 200
    assert (await browser.client.post("/programme")).status_code == 405
    assert sorted(analysed(app)) == ["/aide", "/programme"]


def test_every_route_can_be_analysed():
    """A parameter that nothing provides, or that has no type, would otherwise fail at the first request."""
    routes = assembled().routes
    assert len(routes) > 450
    for route in routes:
        assert {method for method, (handler, model) in route.route_handler_map.items() if model} == route.methods
