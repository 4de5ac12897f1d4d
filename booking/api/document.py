"""The OpenAPI document as bytes: written once with the package, sent as they are, so that no reader waits for it."""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path

import msgspec
from litestar import Litestar, Router
from litestar.openapi.spec import Components, OAuthFlow, OAuthFlows, SecurityScheme

import booking.api
from booking.api.contract import Contract, Told
from booking.door.http.dependencies import DEPENDENCIES
from booking.door.http.first_answers import FirstAnswerMiddleware
from booking.door.http.routes import routes_in
from booking.door.http.validation_errors import refuse_what_is_not_described
from booking.people.accounts.roles import Permission
from booking.people.applications.rules import BY_THE_API, ONLY_READS

BUILT = Path(__file__).with_name("built") / "openapi.json"
KEY = (
    "A key made at /compte or by `technilab token`: for one role of one account, until the day that was chosen."
    " It opens /api/v1 and nothing else, and no account, key, passkey, phone nor agenda link is made there."
    " One that only reads is refused any other act (403, /problems/key-only-reads). Or a secret of an organisation's"
    " program, made on the pages of whoever answers for it: see docs/programs.md."
)
OF_PROGRAMS = (
    "A program of an organisation trades its client_id and secret for a token of an hour, sent as a bearer token too."
    " A collège's says in the name of which teacher it acts: header Technilab-Teacher."
)
GIVEN = OAuthFlow(
    token_url="/api/v1/oauth/token",  # noqa: S106 - an address
    scopes={str(one): one.sentence for one in Permission if one in BY_THE_API}
    | {ONLY_READS: "Lire sans rien changer, quoi que le logiciel puisse faire"},
)


def programs() -> Router:
    """The routes that programs call."""
    return Router(
        path="/api/v1",
        route_handlers=routes_in(booking.api),
        include_in_schema=True,
        before_request=refuse_what_is_not_described,
        middleware=[FirstAnswerMiddleware],
        security=[{"bearer": []}, {"program": []}],
        opt={"keys": True},
    )


def described() -> Told:
    """The document, made anew from the routes: half a second of work."""
    contract = Contract(
        title="Technilab",
        version="1",
        description="Créneaux, réservations, émargement et bilan des visites TECHNILAB.",
        use_handler_docstrings=True,
        operation_id_creator=lambda handler, method, path: str(handler.handler_name),
        components=Components(
            security_schemes={
                "bearer": SecurityScheme(type="http", scheme="bearer", description=KEY),
                "program": SecurityScheme(
                    type="oauth2", description=OF_PROGRAMS, flows=OAuthFlows(client_credentials=GIVEN)
                ),
            }
        ),
    )
    app = Litestar(route_handlers=[programs()], dependencies=DEPENDENCIES, openapi_config=contract, logging_config=None)
    return app.openapi_schema.to_schema()


def written() -> bytes:
    """The same as JSON, always with the same bytes."""
    return msgspec.json.encode(described())


@cache
def kept(*, packed: bool = False) -> bytes:
    """The document of this package, `packed` by gzip or not; made now where it was not built with it."""
    file = BUILT.with_suffix(".json.gz") if packed else BUILT
    return file.read_bytes() if file.is_file() else made(packed=packed)


@cache
def made(*, packed: bool = False) -> bytes:
    """The same from today's routes, for whoever works on them."""
    return gzip.compress(made(), mtime=0) if packed else written()


def build() -> None:
    """Write both forms beside the package's code."""
    BUILT.parent.mkdir(exist_ok=True)
    document = written()
    BUILT.write_bytes(document)
    BUILT.with_suffix(".json.gz").write_bytes(gzip.compress(document, mtime=0))


if __name__ == "__main__":
    build()
