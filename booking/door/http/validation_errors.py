"""Validation errors of API requests in French: unknown parameters and unreadable values, by the names clients use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

import msgspec
from litestar.params import HeaderParameter, ParameterKwarg, QueryParameter

from workshops.refusals import Invalid, Refusal

if TYPE_CHECKING:
    from litestar.exceptions import ValidationException

    from booking.door.forms.read import AnyRequest

MISSING = "Ce champ est obligatoire."
UNKNOWN = "Ce champ n'existe pas ici."
FALLBACK = "Donnez les valeurs comme la description de l'API les demande."
# Of msgspec's messages.
TRANSLATIONS = tuple(
    (re.compile(pattern), sentence)
    for pattern, sentence in (
        (r"^Object missing required field", MISSING),
        (r"^Object contains unknown field", UNKNOWN),
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
JSON = "application/json"
NO_FILES = frozenset({JSON, "application/x-www-form-urlencoded", "multipart/form-data"})
OF_JSON = "Le corps se donne en JSON : en-tête Content-Type: application/json."
OF_FILES = "Le corps est le fichier lui-même : en-tête Content-Type: application/octet-stream."
_FIELD_NAME = re.compile(r"field `([^`]+)`")
# Litestar's own message for a parameter that is absent from the URL: nothing else of the exception names it.
_ABSENT = re.compile(r"^Missing required \w+ parameter '([^']+)'")


class UnsupportedMediaType(Refusal):
    kind = "unsupported-media-type"
    status = 415
    title = "Format inconnu"
    sentence = "Ce format d'envoi n'est pas accepté."


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


async def refuse_what_is_not_described(request: AnyRequest) -> None:
    """Raise Invalid for a query parameter that the route does not have: no filter is silently ignored; and
    UnsupportedMediaType for a body of another Content-Type than the one that it reads."""
    if request.method == "OPTIONS":
        return
    if request.method != "GET":
        _refuse_other_media(request)
    if request.scope["query_string"]:
        _refuse_unknown_names(request)


def _refuse_other_media(request: AnyRequest) -> None:
    """A body without any Content-Type is read as the one that the route takes (RFC 9110, 8.3)."""
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    handler = request.route_handler
    takes_file = handler.opt.get("reads_file")
    if given and (given in NO_FILES if takes_file else given != JSON and _reads_json(handler.fn)):
        raise UnsupportedMediaType(OF_FILES if takes_file else OF_JSON)


@cache
def _reads_json(fn: Any) -> bool:
    return "data" in get_type_hints(fn)


def _refuse_unknown_names(request: AnyRequest) -> None:
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


def wrong_fields(kind: Any, value: Any, at: str = "") -> dict[str, str]:
    """What is wrong with each value of a body, `scans[3].badge`; msgspec stops at the first.

    `kind` is a Struct, a list of them, or a type of values.
    """
    held = _struct_in(kind)
    if held is None or not isinstance(value, Mapping):
        if held is not None and isinstance(value, list):
            return {
                path: told
                for n, part in enumerate(value)
                for path, told in wrong_fields(held, part, f"{at}[{n}]").items()
            }
        try:
            msgspec.convert(value, kind, strict=False)
        except msgspec.ValidationError as no:
            return {at or "body": _translated(str(no))}
        return {}
    fields = {field.encode_name: field for field in msgspec.structs.fields(held)}
    before = f"{at}." if at else ""
    errors = {f"{before}{str(name)[:40]}": UNKNOWN for name in value if name not in fields}
    for name, field in fields.items():
        if name in value:
            errors |= wrong_fields(field.type, value[name], before + name)
        elif field.required:
            errors[before + name] = MISSING
    return errors


def _struct_in(kind: Any) -> type[msgspec.Struct] | None:
    """The Struct that a type is, or of which it is a list; None for any other."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return kind
    return next((held for part in get_args(kind) if (held := _struct_in(part)) is not None), None)


def _translated(message: str) -> str:
    for pattern, sentence in TRANSLATIONS:
        if match := pattern.search(message):
            return sentence.format(*match.groups())
    return FALLBACK
