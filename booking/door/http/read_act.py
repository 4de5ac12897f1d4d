"""An act read from a machine's JSON: every field is checked, and all that is wrong is said at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import ValidationError

from workshops.act_fields import Field, fields_of
from workshops.acts import Act, AnyAct
from workshops.refusals import Invalid

MISSING = "Ce champ est obligatoire."
UNKNOWN = "Ce champ n'existe pas ici."
NO_OBJECT = "Donnez un objet JSON."


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
