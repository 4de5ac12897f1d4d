"""The application: every route, behind one door."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime

os.environ.setdefault("PICCOLO_CONF", "booking.piccolo_conf")

from litestar import Litestar
from litestar.config.app import AppConfig
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template import TemplateConfig
from litestar.types import HTTPResponseStartEvent, Message, Scope

from booking import api, web
from booking.api.contract import Contract
from booking.door.forms.form_pages import form_pages
from booking.door.http.ask_reason import year_frozen
from booking.door.http.cache_headers import Sharing
from booking.door.http.compression import Packing
from booking.door.http.given import DEPENDENCIES
from booking.door.http.half_sent import VisitorLeft, nobody_there
from booking.door.http.head import Application, Asked
from booking.door.http.headers import add_headers
from booking.door.http.metrics import Meter, folder_of
from booking.door.http.page_cache import AtHand
from booking.door.http.redirect_after_post import TakingUp
from booking.door.http.refusals import bad_request, crashed, refused
from booking.door.http.replica_routing import Reading, remember_acts
from booking.door.http.routes import Routes, routes_in
from booking.door.http.validation_errors import refuse_unknown_names
from booking.door.rights.authenticate import Entrance
from booking.door.rights.csrf import SAFE
from booking.door.rights.guards import ANYONE, refuse_silent_routes, routes_of
from booking.people.accounts.trial import refuse_wrong_data
from booking.presentation.assets import asset
from booking.presentation.templating import environment
from booking.process import wake_worker
from booking.process.embedded.provide import queue_url
from booking.process.settings import Settings, read_settings
from booking.web.public.api_page import ApiPage
from workshops.closed_years.rules import YearFrozen
from workshops.database import open_pool
from workshops.refusals import Refusal

BODY_LIMIT = 2_000_000
KEY = (
    "A key made at /compte or by `technilab token`: for one role of one account, until the day that was chosen."
    " It opens /api/v1 and nothing else, and no account, key, passkey, phone nor agenda link is made there."
    " One that only reads is refused any other act (403, /problems/key-only-reads)."
)
POOL_SIZE = 10


@asynccontextmanager
async def _engines(app: Litestar) -> AsyncIterator[None]:
    given: Settings = app.state.settings
    app.state.settings = replace(given, redis_url=given.redis_url or queue_url(given.data_dir))
    await refuse_wrong_data(given)
    async with open_pool(size=POOL_SIZE, ready=False), wake_worker.connected(app.state.settings.redis_url):
        yield


def create_app(settings: Settings | None = None, *, now: Callable[[], datetime] | None = None) -> Litestar:
    """Technilab's ASGI application; `now` moves its clock.

    Raises SettingsRefused when production lacks something, or when `make setup` has not been run.
    """
    settings = settings or read_settings()
    asset("site.css")  # not later, page by page
    meter = Meter(folder_of(settings.data_dir, settings.port)) if settings.metrics_token else None
    pages = Routes(path="/", route_handlers=routes_in(web), include_in_schema=False)
    programs = Routes(
        path="/api/v1",
        route_handlers=routes_in(api),
        before_request=refuse_unknown_names,
        security=[{"bearer": []}],
        opt={"keys": True},
    )
    app = Application(
        route_handlers=[pages, programs],
        request_class=Asked,
        middleware=[Packing(), Sharing(), Entrance(), TakingUp(), Reading()],
        before_send=[_as_it_begins],
        exception_handlers={
            VisitorLeft: nobody_there,
            Refusal: refused,
            YearFrozen: year_frozen,
            HTTPException: bad_request,
            Exception: crashed,
        },
        dependencies=DEPENDENCIES,
        template_config=TemplateConfig(instance=JinjaTemplateEngine.from_environment(environment(settings))),
        lifespan=[_engines],
        state=State({"settings": settings, "clock": now, "meter": meter, "at_hand": AtHand()}),
        request_max_body_size=BODY_LIMIT,
        openapi_config=Contract(
            title="Technilab",
            version="1",
            description="Créneaux, réservations, émargement et bilan des visites TECHNILAB.",
            path="/api",
            use_handler_docstrings=True,
            operation_id_creator=lambda handler, method, path: str(handler.handler_name),
            openapi_router=Routes(path="/api", route_handlers=[], opt={"who": ANYONE}, include_in_schema=False),
            render_plugins=[ApiPage(), JsonRenderPlugin(path="/openapi.json")],
            components=Components(
                security_schemes={"bearer": SecurityScheme(type="http", scheme="bearer", description=KEY)}
            ),
        ),
        on_app_init=[_never_debug],
        logging_config=None,
    )
    refuse_silent_routes(app)
    app.state.form_pages = form_pages(routes_of(app))
    return app


async def _as_it_begins(message: Message, scope: Scope) -> None:
    """Litestar's before_send hook."""
    if message["type"] == "http.response.start":
        add_headers(message, scope)
        await _ring_after_acts(message, scope)
        remember_acts(message, scope)


async def _ring_after_acts(message: HTTPResponseStartEvent, scope: Scope) -> None:
    """An act that succeeded, as `message` begins to say, may have queued a mail, which then leaves at once.

    Whether it has is not asked, unless it says that it tells nobody: a ring for nothing costs the worker one look. Jobs
    and commands do not ring, their mails leave at the worker's next sweep.
    """
    if scope.get("method") not in SAFE and message["status"] < 400 and not wake_worker.nobody_is_told(scope):
        await wake_worker.ring()


def _never_debug(config: AppConfig) -> AppConfig:
    """Litestar's own debug pages load outside resources: never shown, whatever the environment says."""
    config.debug = False
    return config
