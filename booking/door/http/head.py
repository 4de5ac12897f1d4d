"""The ASGI application: Litestar with HEAD on every page, request ids, and a guard on nested JSON.

An act read from a machine's JSON: every field is checked, and all that is wrong is said at once.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Mapping
from functools import cache, partial
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeVar, cast, get_type_hints

import msgspec
from litestar import Litestar, Request
from litestar.enums import ScopeType
from litestar.exceptions import ClientException
from msgspec import ValidationError

from booking.door.http.incomplete_bodies import with_body_timeout
from booking.door.http.validation_errors import MISSING, UNKNOWN, summary_of, wrong_fields
from booking.door.rights.authenticate import time_of
from booking.door.rights.session import SAFE_METHODS, address_of
from booking.process.logs import FIELDS
from booking.process.security_log import asker, begin_day
from booking.process.settings import Settings
from workshops.acts import Act, AnyAct
from workshops.acts.fields import Field, fields_of
from workshops.database.request_id import request_id
from workshops.refusals import Invalid

if TYPE_CHECKING:
    from litestar.types import (
        HTTPScope,
        LifeSpanReceive,
        LifeSpanScope,
        LifeSpanSend,
        Message,
        Receive,
        Scope,
        Send,
    )

NO_OBJECT = "Donnez un objet JSON."
AnyStruct = TypeVar("AnyStruct", bound=msgspec.Struct)


def read_act(act: type[AnyAct], values: Any) -> AnyAct:
    """The act that a machine's JSON object asks for. Raises Invalid with a sentence for each field that is wrong.

    What is absent keeps its default, null is null; texts are stripped before their length counts.
    """
    if not isinstance(values, Mapping):
        raise Invalid({"body": NO_OBJECT})
    try:
        return msgspec.convert(values, act, strict=False)
    except ValidationError:
        return act(**_read_each(act, values))


def read_plain(kind: type[AnyStruct], values: Any) -> AnyStruct:
    """A body that is no act of its own: scans, head counts. Raises Invalid with a sentence for each value."""
    if not isinstance(values, Mapping):
        raise Invalid({"body": NO_OBJECT})
    try:
        return msgspec.convert(values, kind, strict=False)
    except ValidationError:
        errors = wrong_fields(kind, values)
        raise Invalid(errors, summary_of(errors)) from None


def _read_each(act: type[Act], values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields one by one: msgspec stops at the first that is wrong."""
    fields = {field.json_name: field for field in fields_of(act)}
    read: dict[str, Any] = {}
    errors = {str(name)[:40]: UNKNOWN for name in values if name not in fields}
    for json_name, field in fields.items():
        if json_name not in values:
            if field.required:
                errors[field.name] = MISSING
            continue
        value = values[json_name]
        try:
            text = value.strip() if field.is_text and isinstance(value, str) else value
            read[field.name] = field.checked(text, strict=False)
        except ValidationError:
            errors |= _wrong_inside(field, value) or {field.name: field.sentence(value)}
    if errors:
        raise Invalid(errors, _of_no_label(errors, act))
    return read


def _of_no_label(errors: Mapping[str, str], act: type[Act]) -> str | None:
    """A sentence for an only error that does not say by itself of which field it speaks; None for all others."""
    (name, sentence), *others = errors.items()
    json_names = {field.name: field.json_name for field in fields_of(act)}
    return f"{json_names.get(name, name)} : {sentence}" if not others and sentence in {MISSING, UNKNOWN} else None


def _wrong_inside(field: Field, value: Any) -> dict[str, str]:
    """What is wrong with the fields of an act inside an act, or of each of a list of them: `halves.1.pupils`."""
    if field.inner is None or not issubclass(field.inner, Act):
        return {}
    parts = {f"{field.json_name}.{n}": part for n, part in enumerate(value)} if isinstance(value, list) else {}
    names = {inner.name: inner.json_name for inner in fields_of(field.inner)}
    errors: dict[str, str] = {}
    for path, values in (parts or {field.json_name: value}).items():
        try:
            read_act(field.inner, values)
        except Invalid as no:
            errors |= {f"{path}.{names.get(name, name)}": sentence for name, sentence in no.errors.items()}
    return errors


log = logging.getLogger("technilab.requests")
# Asked every second by machines that watch, or files that a browser keeps.
UNLOGGED = ("/health/", "/metrics", "/static/")
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")


class Application(Litestar):
    """Answers HEAD for every GET route, without the body: Litestar knows only the methods that a handler names."""

    async def __call__(
        self, scope: Scope | LifeSpanScope, receive: Receive | LifeSpanReceive, send: Send | LifeSpanSend
    ) -> None:
        if scope["type"] == ScopeType.HTTP:
            http_scope = cast("HTTPScope", scope)
            if http_scope["method"] == "HEAD":
                # The server's own scope stays: it looks at the method once more when the body leaves.
                http_scope = cast("HTTPScope", {**http_scope, "method": "GET"})
                send = _without_body(cast("Send", send))
            await self._handle(http_scope, receive, cast("Send", send))
            return
        await super().__call__(scope, receive, send)

    async def _handle(self, scope: HTTPScope, receive: Any, send: Send) -> None:
        """Sets the request id, which the response, a crash's page, the logs and the mails that result all carry."""
        own_id, receive = request_id_of(scope, self.state.settings), with_body_timeout(receive)
        token, status, started_at = request_id.set(own_id), 0, perf_counter()
        asks = asker.set(partial(_asker, scope, self.state.settings))
        begin_day(time_of(self.state))

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", own_id.encode())]
            await send(message)

        try:
            if (metrics := self.state.get("metrics")) is not None:
                await metrics.measure(scope, receive, send_with_id, self._handle_cached)
            else:
                await self._handle_cached(scope, receive, send_with_id)
        finally:
            if self._is_logged(scope) and log.isEnabledFor(logging.INFO):
                _log(scope, status, perf_counter() - started_at)
            asker.reset(asks)
            request_id.reset(token)

    def _is_logged(self, scope: HTTPScope) -> bool:
        """Every act; where logs are gathered (JSON), all that people and programs read, too."""
        if scope["method"] not in SAFE_METHODS:
            return True
        return self.state.settings.log_format == "json" and not scope["path"].startswith(UNLOGGED)

    async def _handle_cached(self, scope: Any, receive: Any, send: Send) -> None:
        if self.state.tables.serve:
            await self.state.page_cache.handle(scope, receive, send, super().__call__, now=time_of(self.state))
        else:  # what is kept is of other tables
            await super().__call__(scope, receive, send)


def request_id_of(scope: HTTPScope, settings: Settings) -> str:
    """The request id that a trusted proxy set, else a random one."""
    peer = scope["client"][0] if scope["client"] else ""
    if settings.trusts(peer):
        for name, value in scope["headers"]:
            if name == b"x-request-id" and _REQUEST_ID.fullmatch(value):
                return value.decode()
    return secrets.token_hex(4)


def _asker(scope: Any, settings: Settings) -> tuple[str, str]:
    """Who asks, for the security log: the network address, and the method and route."""
    return address_of(Request(scope), settings), f"{scope['method']} {route_of(scope)}"


def route_of(scope: Any) -> str:
    """The path template of the matched route, for logs: the URL itself may hold a secret."""
    return str(scope.get("path_template") or "an unknown address")


def _log(scope: HTTPScope, status: int, seconds: float) -> None:
    method, route, milliseconds = scope["method"], route_of(scope), round(seconds * 1000, 1)
    fields = {"method": method, "route": route, "status": status or None, "ms": milliseconds}
    log.info("%s %s %s in %.0f ms", method, route, status, milliseconds, extra={FIELDS: fields})


def _without_body(send: Send) -> Send:
    async def send_headers(message: Message) -> None:
        if message["type"] == "http.response.body":
            message["body"] = b""
        await send(message)

    return send_headers


class AppRequest(Request[Any, Any, Any]):
    """Litestar's request. JSON nested too deep to parse is an error of the client (400), not of ours.

    The body of a route that takes an act is read as one, with a sentence for each field that is wrong.
    """

    async def json(self) -> Any:
        try:
            body = await super().json()
        except RecursionError:
            raise ClientException("nested too deep") from None
        kind = _body_of(self.route_handler.fn)
        if kind is None:
            return body
        return read_act(kind, body) if issubclass(kind, Act) else read_plain(kind, body)


@cache
def _body_of(fn: Any) -> type[msgspec.Struct] | None:
    body = get_type_hints(fn).get("data")
    return body if isinstance(body, type) and issubclass(body, msgspec.Struct) else None
