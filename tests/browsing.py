"""A person at the pages, without a browser: signs in, follows, fills in, with the session's own form token."""

from __future__ import annotations

import html
import re
import secrets
from datetime import UTC, datetime
from typing import Any

import httpx
from litestar import Litestar

from booking.people.accounts.rules import csrf_of
from booking.people.accounts.sign_in import open_session
from tests.contract import hold

SECRET = "a secret of the tests, long enough to be one"


class Browser:
    """`get` and `post` as a browser of our own origin sends them; nobody is signed in at first."""

    def __init__(self, app: Litestar, *, now: datetime | None = None, at: str = "http://127.0.0.1:8000") -> None:
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=at)
        self.now = now or datetime.now(UTC)
        self.csrf = ""

    async def sign_in(self, account: int, *, membership: int | None = None) -> Browser:
        session_id = secrets.token_urlsafe(32)
        await open_session(account, session_id=session_id, browser="test", now=self.now, membership=membership)
        self.client.cookies.set("technilab", session_id)
        self.csrf = csrf_of(session_id, SECRET)
        return self

    def keep_up(self) -> None:
        """The session has a new id, in the cookie that the answer set: its forms carry another token."""
        if "" in {cookie.domain for cookie in self.client.cookies.jar}:
            self.client.cookies.delete("technilab", domain="")
        self.csrf = csrf_of(self.client.cookies["technilab"], SECRET)

    async def get(self, path: str, **more: Any) -> httpx.Response:
        return await self.client.get(path, **more)

    async def post(self, path: str, fields: dict[str, Any] | None = None, **more: Any) -> httpx.Response:
        """Send a form; the token is added unless the fields hold one."""
        data = {"_csrf": self.csrf, **(fields or {})}
        return await self.client.post(path, data=data, headers={"Sec-Fetch-Site": "same-origin"}, **more)


class Machine:
    """A program with a token at the JSON API; each answer is held to the OpenAPI document."""

    def __init__(self, app: Litestar, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app),
            base_url="http://127.0.0.1:8000/api/v1",
            headers=headers,
            event_hooks={"response": [hold]},
        )

    async def get(self, path: str, **more: Any) -> httpx.Response:
        return await self.client.get(path, **more)

    async def post(self, path: str, body: Any = None, **more: Any) -> httpx.Response:
        return await self.client.post(path, json=body or {}, **more)

    async def delete(self, path: str, **more: Any) -> httpx.Response:
        return await self.client.delete(path, **more)


def read(answer: httpx.Response) -> str:
    """What a person reads of a page, on one line, with plain spaces."""
    return said(answer.text)


def said(part: str) -> str:
    """The same of a part of a page."""
    words = html.unescape(re.sub(r"<[^>]+>", " ", part.replace("<wbr>", "")))
    return " ".join(words.replace("\u202f", " ").replace("\xa0", " ").replace("\u2060", "").split())
