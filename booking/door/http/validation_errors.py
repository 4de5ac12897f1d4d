"""Validation errors of API requests in French: unknown parameters and unreadable values, by the names clients use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, get_type_hints

import msgspec
from litestar.params import HeaderParameter, ParameterKwarg, QueryParameter

from workshops.refusals import Invalid

if TYPE_CHECKING:
    from litestar.exceptions import ValidationException

    from booking.door.forms.read import AnyRequest

FALLBACK = "Donnez les valeurs comme la description de l'API les demande."
# Of msgspec's messages.
TRANSLATIONS = tuple(
    (re.compile(pattern), sentence)
    for pattern, sentence in (
        (r"^Object missing required field", "Ce champ est obligatoire."),
        (r"^Object contains unknown field", "Ce champ n'existe pas ici."),
        (r"^Expected `int` >= (\S+)", "Donnez un nombre entier d'au moins {0}."),
        (r"^Expected `int` <= (\S+)", "Donnez un nombre entier d'au plus {0}."),
        (r"^Expected `float` > (\S+)", "Donnez un nombre plus grand que {0}."),
        (r"^Expected `float` >= (\S+)", "Donnez un nombre d'au moins {0}."),
        (r"^Expected `float` <= (\S+)", "Donnez un nombre d'au plus {0}."),
        (r"^Expected `str` of length <= (\S+)", "Donnez {0} caractères au plus."),
        (r"^Expected `str` of length >= (\S+)", "Donnez au moins {0} caractère."),
        (r"^Expected `array` of length <= (\S+)", "Donnez {0} valeurs au plus."),
        (r"^Expected `array` of length >= (\S+)", "Donnez au moins {0} valeur."),
        (r"^Expected `str` matching regex", "Ce texte n'a pas la forme attendue, ou contient un caractère illisible."),
        (r"^Expected `int", "Donnez un nombre entier."),
        (r"^Expected `float", "Donnez un nombre."),
        (r"^Expected `bool", "Donnez true ou false."),
        (r"^Expected `str", "Donnez un texte."),
        (r"^Expected `array", "Donnez une liste."),
        (r"^Expected `object", "Donnez un objet JSON."),
        (r"^Expected `date`|^Invalid RFC3339 encoded date$", "Donnez une date, par exemple 2027-03-25."),
        (r"^Expected `datetime|^Invalid RFC3339", "Donnez un instant, par exemple 2027-03-25T09:00:00+01:00."),
        (r"^Expected `uuid|^Invalid UUID", "Donnez un identifiant de la forme d'un UUID."),
        (r"^Invalid enum value", "Donnez l'une des valeurs possibles."),
    )
)
_FIELD_NAME = re.compile(r"field `([^`]+)`")
# Litestar's own message for a parameter that is absent from the URL: nothing else of the exception names it.
_ABSENT = re.compile(r"^Missing required \w+ parameter '([^']+)'")


@cache
def parameter_names(fn: Any, *kinds: type[ParameterKwarg]) -> Mapping[str, str]:
    """The parameters of a handler: the name of each in Python, and the one that clients use."""
    return {
        python_name: parameter.name or python_name
        for python_name, hint in get_type_hints(fn, include_extras=True).items()
        for parameter in getattr(hint, "__metadata__", ())
        if isinstance(parameter, kinds or (QueryParameter, HeaderParameter))
    }


@cache
def _field_names(fn: Any) -> Mapping[str, str]:
    """The fields of a handler's body: the name that acts use, and the one that clients use.

    `room` is `room_id`, `objects` is `object_ids`.
    """
    body = get_type_hints(fn).get("data")
    if not isinstance(body, type) or not issubclass(body, msgspec.Struct):
        return {}
    encoded = {field.name: field.encode_name for field in msgspec.structs.fields(body)}
    ids = {name.removesuffix("_id"): name for name in encoded.values() if name.endswith("_id")}
    id_lists = {name.removesuffix("_ids") + "s": name for name in encoded.values() if name.endswith("_ids")}
    return id_lists | ids | encoded


def by_client_names(request: AnyRequest, errors: Mapping[str, str]) -> dict[str, str]:
    """The errors that an act raised, each under the name that the client uses for the field."""
    handler = request.scope.get("route_handler")
    fn = getattr(handler, "fn", None)
    client_names = {**parameter_names(fn), **_field_names(fn)} if fn is not None else {}
    return {client_names.get(field, field): sentence for field, sentence in errors.items()}


async def refuse_unknown_names(request: AnyRequest) -> None:
    """Raise Invalid for a query parameter that the route does not have: no filter is silently ignored."""
    if not request.scope["query_string"] or request.method == "OPTIONS":
        return
    known = parameter_names(request.route_handler.fn, QueryParameter).values()
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        existing = f"ceux d'ici sont {', '.join(sorted(known))}" if known else "il n'y en a pas ici"
        raise Invalid({name: f"Le paramètre {name[:40]} n'existe pas : {existing}." for name in unknown})


def validation_errors(request: AnyRequest, exception: ValidationException) -> dict[str, str]:
    """For each value that cannot be read, under the name that the client uses, a sentence that says what to send."""
    if absent := _ABSENT.match(exception.detail):
        return {absent[1]: "Ce paramètre est obligatoire."}
    client_names = parameter_names(request.route_handler.fn)
    errors: dict[str, str] = {}
    for detail in exception.extra if isinstance(exception.extra, list) else []:
        if isinstance(detail, dict):
            message = str(detail.get("message", ""))
            key = str(detail.get("key", "data"))
            match = _FIELD_NAME.search(message)
            field = match[1] if match else ""
            path = ".".join(part for part in ("" if key == "data" else client_names.get(key, key), field) if part)
            errors[path or "body"] = _translated(message)
    return errors


def summary_of(errors: Mapping[str, str]) -> str:
    """One sentence for all errors together."""
    if len(errors) == 1:
        return " : ".join(*errors.items())
    return f"Certaines valeurs ne sont pas acceptées : {', '.join(errors)}." if errors else FALLBACK


def _translated(message: str) -> str:
    for pattern, sentence in TRANSLATIONS:
        if match := pattern.search(message):
            return sentence.format(*match.groups())
    return FALLBACK
