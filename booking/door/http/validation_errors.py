"""What a program asked that its route does not know, and what it sent that cannot be read, said in French."""

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

WHOLE = "Donnez les valeurs comme la description de l'API les demande."
# msgspec's sentences, and Litestar's own for what is absent from the address.
SAID = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"^Object missing required field", "Ce champ est obligatoire."),
        (r"^Missing required", "Ce paramètre est obligatoire."),
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
_NAMED = re.compile(r"field `([^`]+)`")


@cache
def names_of(fn: Any, *kinds: type[ParameterKwarg]) -> Mapping[str, str]:
    """The parameters of a route: the handler's own name of each, and the one that clients use."""
    return {
        own: mark.name or own
        for own, hint in get_type_hints(fn, include_extras=True).items()
        for mark in getattr(hint, "__metadata__", ())
        if isinstance(mark, kinds or (QueryParameter, HeaderParameter))
    }


@cache
def _fields_of(fn: Any) -> Mapping[str, str]:
    """What acts call a field of the body, and what its sender calls it: `room` is `room_id`, `objects` `object_ids`."""
    body = get_type_hints(fn).get("data")
    if not isinstance(body, type) or not issubclass(body, msgspec.Struct):
        return {}
    sent = {one.name: one.encode_name for one in msgspec.structs.fields(body)}
    told = {name.removesuffix("_id"): name for name in sent.values() if name.endswith("_id")}
    return {name.removesuffix("_ids") + "s": name for name in sent.values() if name.endswith("_ids")} | told | sent


def in_its_names(request: AnyRequest, errors: Mapping[str, str]) -> dict[str, str]:
    """The faults that an act found, each under the name that its sender knows."""
    handler = request.scope.get("route_handler")
    fn = getattr(handler, "fn", None)
    known = {**names_of(fn), **_fields_of(fn)} if fn is not None else {}
    return {known.get(field, field): sentence for field, sentence in errors.items()}


async def refuse_unknown_names(request: AnyRequest) -> None:
    """Raise Invalid for a parameter in the address that the route does not have: no filter is silently left out."""
    if not request.scope["query_string"] or request.method == "OPTIONS":
        return
    known = names_of(request.route_handler.fn, QueryParameter).values()
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        have = f"ceux d'ici sont {', '.join(sorted(known))}" if known else "il n'y en a pas ici"
        raise Invalid({name: f"Le paramètre {name[:40]} n'existe pas : {have}." for name in unknown})


def errors_of(request: AnyRequest, no: ValidationException) -> dict[str, str]:
    """Each value that cannot be read under the name that its sender knows, with what to give instead."""
    names = names_of(request.route_handler.fn)
    found: dict[str, str] = {}
    for one in no.extra if isinstance(no.extra, list) else []:
        if isinstance(one, dict):
            message = str(one.get("message", ""))
            key = str(one.get("key", "data"))
            named = _NAMED.search(message)
            field = named[1] if named else ""
            where = ".".join(part for part in ("" if key == "data" else names.get(key, key), field) if part)
            found[where or "body"] = _said(message)
    return found


def sentence_of(errors: Mapping[str, str]) -> str:
    """One sentence for all of them."""
    if len(errors) == 1:
        return " : ".join(*errors.items())
    return f"Certaines valeurs ne sont pas acceptées : {', '.join(errors)}." if errors else WHOLE


def _said(message: str) -> str:
    for pattern, words in SAID:
        if read := pattern.search(message):
            return words.format(*read.groups())
    return WHOLE
