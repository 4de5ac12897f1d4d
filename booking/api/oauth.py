"""A token for a program of an organisation (RFC 6749, 4.4): the one address that answers as that RFC says."""

from __future__ import annotations

import secrets
from typing import Annotated, Any
from urllib.parse import parse_qsl

import msgspec
from litestar import Response, post
from msgspec import UNSET, Meta, UnsetType

from booking.door.forms.read import AnyRequest
from booking.door.rights.guards import Now, SiteSettings, may
from booking.door.rights.session import address_of
from booking.people.accounts.rules import ShownTrial
from booking.people.applications.grant import grant
from booking.people.applications.rules import TOKEN_LASTS, TOKEN_STARTS, NotGranted, token_asked

FORM = "application/x-www-form-urlencoded"
SCOPE = Meta(
    description="Permissions, with spaces between them: those that are asked for (none: all), or that it opens. `read`:"
    " it only reads."
)
NOT_KEPT = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class AskToken(msgspec.Struct):
    """A program's demand, as a form. Its own name and secret are here, or in `Authorization: Basic`."""

    grant_type: Annotated[str, Meta(pattern="^client_credentials$", description="`client_credentials`.")]
    client_id: Annotated[str | UnsetType, Meta(description="The program's public name.")] = UNSET
    client_secret: Annotated[str | UnsetType, Meta(description="Its secret.")] = UNSET
    scope: Annotated[str | UnsetType, SCOPE] = UNSET


class Token(msgspec.Struct):
    """What a program sends as `Authorization: Bearer` until it ends."""

    access_token: Annotated[str, Meta(description="Opaque.")]
    token_type: Annotated[str, Meta(description="`Bearer`.")]
    expires_in: Annotated[int, Meta(description="Seconds until it ends.")]
    scope: Annotated[str, SCOPE]


class TokenError(msgspec.Struct):
    """Why there is no token (RFC 6749, 5.2)."""

    error: Annotated[
        str,
        Meta(
            pattern="^(invalid_request|invalid_client|unsupported_grant_type|invalid_scope)$",
            description="`invalid_request`, `invalid_client`, `unsupported_grant_type` or `invalid_scope`.",
        ),
    ]
    error_description: Annotated[str, Meta(description="The reason, in English, to whoever writes the program.")]


@post(
    "/oauth/token",
    opt=may("public.use") | {"form": AskToken, "form_error": TokenError, "refuses": (401, 403, 429)},
    status_code=200,
)
async def give_token(request: AnyRequest, settings: SiteSettings, now: Now) -> Response[Token]:
    """A token of an hour for a program of an organisation, against its secret; the secret itself is a bearer token too.
    Wrong demands are answered as RFC 6749 says, with `error`; a door that is shut, as everywhere here."""
    if settings.shown:
        raise ShownTrial()
    try:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
            raise NotGranted("invalid_request", f"Content-Type: {FORM}")
        try:
            fields = parse_qsl((await request.body()).decode(), keep_blank_values=True, max_num_fields=20)
        except ValueError:
            raise NotGranted("invalid_request", "The form cannot be read.") from None
        client_id, secret, scope = token_asked(fields, request.headers.get("authorization", ""))
        granted = await grant(
            client_id,
            secret,
            scope=scope,
            token=TOKEN_STARTS + secrets.token_urlsafe(32),
            address=address_of(request, settings),
            now=now,
        )
    except NotGranted as no:
        return _refused(no)
    lasts = int(TOKEN_LASTS.total_seconds())
    return Response(Token(granted.token, "Bearer", lasts, " ".join(granted.scope)), headers=NOT_KEPT)


def _refused(no: NotGranted) -> Response[Any]:
    unknown = no.error == "invalid_client"
    headers = NOT_KEPT | ({"WWW-Authenticate": 'Basic realm="Technilab"'} if unknown else {})
    told = msgspec.json.encode(TokenError(no.error, no.description))
    return Response(told, status_code=401 if unknown else 400, media_type="application/json", headers=headers)
