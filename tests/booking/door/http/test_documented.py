"""A page and an API route written as Litestar's documentation shows work in this application, each feature of them.

A handler is registered by being written, and the listing is the same at every start.
"""

from __future__ import annotations

import ast
from datetime import datetime
from importlib import import_module
from pathlib import Path
from types import ModuleType

import httpx
import pytest
from litestar import Controller, Litestar, Request, get
from litestar.connection import ASGIConnection
from litestar.datastructures import ResponseHeader
from litestar.di import NamedDependency, Provide
from litestar.exceptions import PermissionDeniedException
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery
from litestar.response import Template
from msgspec import Struct

import booking.api
import booking.web
from booking.app import create_app
from booking.door.http.routes import routes_in
from booking.door.rights.guards import may
from tests.browsing import read
from tests.builders import NOW

SHUT = "x-shut"


class Greeting(Struct):
    """An answer of the API route."""

    words: str
    at: datetime
    number: int


async def words(request: Request) -> str:
    return f"Bonjour à {request.path_params['name']}"


def loud(words: NamedDependency[str]) -> str:
    return f"{words.upper()} !"


def shut(connection: ASGIConnection, _: BaseRouteHandler) -> None:
    if SHUT in connection.headers:
        raise PermissionDeniedException(detail="shut")


async def refuse_seven(request: Request) -> Greeting | None:
    if request.query_params.get("number") == "7":
        return Greeting("Pas sept", NOW, 0)
    return None


DOCUMENTED = {
    "dependencies": {"words": Provide(words), "loud": Provide(loud, sync_to_thread=False)},
    "guards": [shut],
    "response_headers": [ResponseHeader(name="x-documented", value="yes")],
    "opt": may("public.use"),
}


@get("/bonjour/{name:str}", **DOCUMENTED)
async def greet(name: FromPath[str], loud: NamedDependency[str], now: NamedDependency[datetime]) -> Template:
    return Template(
        template_str="<p>{{ loud }} {{ name }} {{ now.year }}</p>", context={"loud": loud, "name": name, "now": now}
    )


@get("/api/v1/greetings/{name:str}", before_request=refuse_seven, **DOCUMENTED)
async def read_greeting(
    name: FromPath[str], loud: NamedDependency[str], now: NamedDependency[datetime], number: FromQuery[int] = 1
) -> Greeting:
    return Greeting(loud, now, number)


@pytest.fixture
async def app(db) -> Litestar:
    made = create_app(now=lambda: NOW)
    made.register(greet)
    made.register(read_greeting)
    return made


@pytest.fixture
async def client(app: Litestar) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1:8000")


async def test_a_page_is_given_its_dependencies_and_carries_its_headers(client):
    answer = await client.get("/bonjour/claire")
    assert (answer.status_code, answer.headers["x-documented"]) == (200, "yes")
    assert read(answer) == f"BONJOUR À CLAIRE ! claire {NOW.year}"
    head = await client.head("/bonjour/claire")
    assert (head.status_code, head.headers["x-documented"], head.content) == (200, "yes", b"")


async def test_an_api_route_is_given_its_dependencies_and_its_parameters(client):
    answer = await client.get("/api/v1/greetings/claire?number=3")
    assert (answer.status_code, answer.headers["x-documented"]) == (200, "yes")
    assert answer.json() == {"words": "BONJOUR À CLAIRE !", "at": NOW.isoformat().replace("+00:00", "Z"), "number": 3}


async def test_what_stands_before_a_request_may_answer_it(client):
    assert (await client.get("/api/v1/greetings/claire?number=7")).json()["words"] == "Pas sept"


async def test_a_guard_of_the_handler_refuses_in_our_words(client):
    page = await client.get("/bonjour/claire", headers={SHUT: "1"})
    program = await client.get("/api/v1/greetings/claire", headers={SHUT: "1"})
    assert (page.status_code, program.status_code) == (403, 403)
    assert program.headers["content-type"] == "application/problem+json"


async def test_a_parameter_that_cannot_be_read_is_refused_by_its_name(client):
    answer = await client.get("/api/v1/greetings/claire?number=trois")
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["number"])


ROOT = Path(booking.api.__file__).parents[2]
METHODS = {"get", "post", "put", "patch", "delete"}


def written_in(folder: ModuleType) -> list[str]:
    """The handlers as the files tell them; a class of them once for each of its permissions, which it says itself."""
    names = []
    for file in sorted(Path(folder.__path__[0]).rglob("*.py"), key=lambda path: path.with_suffix("").parts):
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.AsyncFunctionDef) and _is_a_handler(node):
                names.append(f"{module}.{node.name}")
            elif isinstance(node, ast.ClassDef) and any(map(_is_a_handler, node.body)):
                names += [f"{module}.{name}{node.name}" for name in _permissions_of(module, node.name)]
    return names


def _permissions_of(module: str, name: str) -> list[str]:
    """« records.own » as the class made for it is named: RecordsOwn."""
    return [permission.title().replace(".", "") for permission in vars(import_module(module))[name].paths]


def _is_a_handler(node: ast.AST) -> bool:
    decorators = node.decorator_list if isinstance(node, ast.AsyncFunctionDef) else []
    return any(isinstance(decorator, ast.Call) and ast.unparse(decorator.func) in METHODS for decorator in decorators)


def name_of(route: object) -> str:
    if isinstance(route, type) and issubclass(route, Controller):
        return f"{route.__mro__[1].__module__}.{route.__name__}"
    return f"{route.fn.__module__}.{route.fn.__name__}"


@pytest.mark.parametrize("folder", [booking.api, booking.web])
def test_every_handler_that_is_written_is_a_route_once_and_in_the_order_of_the_files(folder):
    assert [name_of(route) for route in routes_in(folder)] == written_in(folder)
