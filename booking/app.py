"""The ASGI application: routes, middleware, exception handlers, lifespan."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from msgspec.structs import replace

os.environ.setdefault("PICCOLO_CONF", "booking.piccolo_conf")

from litestar import Litestar
from litestar.config.app import AppConfig
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template import TemplateConfig
from litestar.types import HTTPResponseStartEvent, Message, Scope

from booking import web
from booking.api.document import kept, made, programs
from booking.door.forms.drafts import form_pages
from booking.door.http.admission import Admission, AdmissionMiddleware
from booking.door.http.ask_reason import year_frozen
from booking.door.http.cache_headers import CacheHeadersMiddleware
from booking.door.http.compression import CompressionMiddleware
from booking.door.http.dependencies import DEPENDENCIES
from booking.door.http.head import Application, AppRequest
from booking.door.http.headers import add_headers
from booking.door.http.incomplete_bodies import ClientDisconnected, client_disconnected
from booking.door.http.metrics import RequestMetrics
from booking.door.http.page_cache import PageCache
from booking.door.http.redirect_after_post import RedirectAfterPostMiddleware
from booking.door.http.refusals import bad_request, crashed, refused
from booking.door.http.replica_routing import ReplicaRoutingMiddleware, pin_to_primary
from booking.door.http.routes import routes_in
from booking.door.rights.authenticate import AuthenticationMiddleware
from booking.door.rights.guards import refuse_undeclared_routes, routes_of
from booking.door.rights.session import SAFE_METHODS
from booking.outbox.journal.note_access import listen
from booking.outbox.watch.ready import ReadinessWatch
from booking.outbox.watch.tables_watch import TablesWatch
from booking.people.accounts.trial import refuse_wrong_data
from booking.presentation.assets import asset
from booking.presentation.templating import environment
from booking.process import wake_worker
from booking.process.embedded.provide import queue_url
from booking.process.settings import Settings, read_settings
from workshops.closed_years.rules import YearFrozen
from workshops.database import open_pool
from workshops.refusals import Refusal

BODY_LIMIT = 2_000_000
POOL_SIZE = 10


@asynccontextmanager
async def _engines(app: Litestar) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    app.state.settings = replace(settings, redis_url=settings.redis_url or queue_url(settings.data_dir))
    await refuse_wrong_data(settings)
    tables: TablesWatch = app.state.tables
    waking = wake_worker.connected(app.state.settings.redis_url)
    async with open_pool(size=POOL_SIZE, ready=False), waking, tables.looking():
        yield


def create_app(settings: Settings | None = None, *, now: Callable[[], datetime] | None = None) -> Litestar:
    """Technilab's ASGI application; `now` replaces its clock.

    Raises SettingsRefused when production lacks something, or when `make setup` has not been run.
    """
    settings = settings or read_settings()
    listen()
    asset("site.css")  # fails here, not later at each page
    metrics = RequestMetrics(settings) if settings.metrics_token else None
    page_cache = PageCache(size=0) if settings.reload else PageCache()
    app = Application(
        # A router's handlers are all copied when it is registered: those that need none are the application's own.
        route_handlers=[*routes_in(web), programs()],
        include_in_schema=False,
        request_class=AppRequest,
        middleware=[
            CompressionMiddleware,
            CacheHeadersMiddleware,
            AdmissionMiddleware,
            AuthenticationMiddleware,
            RedirectAfterPostMiddleware,
            ReplicaRoutingMiddleware,
        ],
        before_send=[_on_response_start],
        exception_handlers={
            ClientDisconnected: client_disconnected,
            Refusal: refused,
            YearFrozen: year_frozen,
            HTTPException: bad_request,
            Exception: crashed,
        },
        dependencies=DEPENDENCIES,
        template_config=TemplateConfig(instance=JinjaTemplateEngine.from_environment(environment(settings))),
        lifespan=[_engines],
        state=State(
            {
                "settings": settings,
                "clock": now,
                "metrics": metrics,
                "page_cache": page_cache,
                "admission": Admission(),
                "readiness": ReadinessWatch(),
                "tables": TablesWatch(),
                "document": made if settings.reload else kept,
            }
        ),
        request_max_body_size=BODY_LIMIT,
        openapi_config=None,
        on_app_init=[_never_debug],
        logging_config=None,
    )
    refuse_undeclared_routes(app)
    app.state.form_pages = form_pages(routes_of(app))
    return app


async def _on_response_start(message: Message, scope: Scope) -> None:
    """Litestar's before_send hook."""
    if message["type"] == "http.response.start":
        add_headers(message, scope)
        await _wake_worker_after_write(message, scope)
        pin_to_primary(message, scope)


async def _wake_worker_after_write(message: HTTPResponseStartEvent, scope: Scope) -> None:
    """After a write that succeeded (`message` starts its response), mails that it may have queued are sent at once.

    Whether it queued any is not checked, unless the handler says that it did not: an unneeded wake costs the worker one
    query. Jobs and commands do not wake it, their mails are sent at the worker's next sweep.
    """
    if scope.get("method") not in SAFE_METHODS and message["status"] < 400 and not wake_worker.skips_wake(scope):
        await wake_worker.wake()


def _never_debug(config: AppConfig) -> AppConfig:
    """Litestar's own debug pages load external resources: they are never shown, whatever the environment says."""
    config.debug = False
    return config
