"""The fields of an act, as its Struct declares them: bounds, French label, the inputs of a form, what is said of a
value that a field does not take. All of it is read by msgspec's own inspection."""

from __future__ import annotations

from collections.abc import Mapping, Sized
from datetime import date
from functools import cache
from itertools import repeat
from typing import Any

import msgspec
from msgspec import NODEFAULT, UNSET, Struct, ValidationError, inspect

from workshops.acts.days import FIRST_DAY, LAST_DAY, far_away
from workshops.acts.kinds import WordedKind
from workshops.acts.plain_words import SOME_LINES, one_line, some_lines


class Input(Struct, frozen=True):
    """One input of a form. `kind`: number, decimal, text, lines, date, time, tick, select, several,
    each_line or nested.

    `low` and `high` bound a number, `most` the characters of a text; `options` are the values that the type allows,
    none where a page lists them, and `words` their French; `empty`: left empty it is nothing, not the act's default.
    """

    name: str
    label: str
    kind: str
    low: int | float | None
    high: int | float | None
    most: int | None
    required: bool
    options: tuple[str, ...]
    words: Mapping[str, str]
    empty: bool

    @property
    def choices(self) -> dict[str, str]:
        """The values that the type allows, each with its words."""
        return {value: self.words.get(value, value) for value in self.options}

    @property
    def attributes(self) -> dict[str, Any]:
        """The HTML attributes that hold its bounds."""
        match self.kind:
            case "number":
                return {"min": self.low, "max": self.high, "inputmode": "numeric"}
            case "decimal":
                return {"inputmode": "decimal"}
            case "each_line":
                return {}
        return {"maxlength": self.most}


class Field(Struct, frozen=True):
    """One field of an act, with the inputs that ask for it; what is wrong with it is said `beside` one of them."""

    name: str
    json_name: str
    type: Any
    kind: str
    label: str
    inputs: tuple[Input, ...]
    beside: str
    required: bool
    nullable: bool
    default: Any
    extra: Mapping[str, Any]
    inner: type[msgspec.Struct] | None

    @property
    def is_text(self) -> bool:
        """Whether the field is words, which are cleaned before their length counts."""
        return self.kind in {"text", "lines"}

    def clean(self, text: str) -> str:
        """A text without what nobody sees, and on one line unless several are asked for."""
        return some_lines(text) if self.kind == "lines" else one_line(text)

    def checked(self, value: Any, *, strict: bool = True) -> Any:
        """The value as its type has it. Raises msgspec.ValidationError for one that is beyond its bounds."""
        value = msgspec.convert(value, self.type, strict=strict)
        if isinstance(value, date) and far_away(value):
            raise ValidationError("beyond the calendar")
        if refused := self.refused(value):
            raise ValidationError(refused)
        return value

    def refused(self, value: Any) -> str:
        """Why the act's own check takes no such text; empty where it does, and for a text of no such length."""
        most = self.inputs[0].most
        if "check" not in self.extra or not isinstance(value, str) or not value or len(value) > (most or len(value)):
            return ""
        return self.extra["check"](value) or ""

    def sentence(self, value: Any = "") -> str:
        """What to write instead of a value that the field does not take."""
        if "sentence" in self.extra:
            return str(self.extra["sentence"])
        if refused := self.refused(value):
            return refused
        told = self._told(value)
        return f"{self.label} : {told}" if self.label else told[0].upper() + told[1:]

    def _is_far(self, value: Any) -> bool:
        """Whether it is a day or an instant, of no year that the calendar knows."""
        try:
            moment = msgspec.convert(value, self.type, strict=False)
        except ValidationError:
            return False
        return isinstance(moment, date) and far_away(moment)

    def _told(self, value: Any) -> str:
        asked = self.inputs[0]
        if self._is_far(value):
            return f"choisissez une date entre {FIRST_DAY.year} et {LAST_DAY.year}."
        if self.is_text and isinstance(value, str) and (text := self.clean(value)):
            if asked.most is not None and len(text) > asked.most:
                return f"{asked.most} caractères au plus, vous en avez {len(text)}."
            return "ce texte n'a pas la forme attendue."
        if self.kind == "several" and isinstance(value, Sized) and asked.most is not None and len(value) > asked.most:
            return f"{asked.most} choix au plus."
        if self.kind == "several" and not value:
            return "choisissez-en au moins un."
        return _SENTENCES.get(self.kind, IN_LIST).format(low=asked.low, high=asked.high, most=asked.most)


IN_LIST = "choisissez dans la liste."
_SENTENCES = {
    "text": "à remplir.",
    "lines": "à remplir.",
    "number": "écrivez un nombre de {low} à {high}.",
    "decimal": "écrivez un nombre de {low} à {high}.",
    "date": "écrivez une date, par exemple 25/03/2027.",
    "time": "écrivez une heure, par exemple 8:30.",
    "moment": "donnez un instant avec son fuseau, par exemple 2027-03-25T09:00:00+01:00.",
    "tick": "donnez true ou false.",
    "nested": "donnez les valeurs comme la description de l'API les demande.",
    "each_line": "écrivez-en un par ligne, {most} au plus.",
}


@cache
def fields_of(act: type[msgspec.Struct]) -> tuple[Field, ...]:
    """The fields of an act, in their order."""
    types = {field.name: field.type for field in msgspec.structs.fields(act)}
    fields: list[Field] = []
    for info in _struct_of(act).fields:
        asked_before = {given.name for field in fields for given in field.inputs}
        fields.append(_field(info, types[info.name], asked_before))
    return tuple(fields)


@cache
def inputs_of(act: type[msgspec.Struct]) -> Mapping[str, Input]:
    """The inputs of the form of an act, by their names."""
    # Two instants may share the input of their day: the first of them says whether it must be filled in.
    return {given.name: given for field in reversed(fields_of(act)) for given in field.inputs}


# An instant is asked by its day and its hour of the wall.
_MOMENT = ("date", "time")
_KINDS: dict[type[inspect.Type], str] = {
    inspect.IntType: "number",
    inspect.FloatType: "decimal",
    inspect.BoolType: "tick",
    inspect.StrType: "text",
    inspect.DateType: "date",
    inspect.TimeType: "time",
    inspect.DateTimeType: "moment",
    inspect.EnumType: "select",
    inspect.LiteralType: "select",
    inspect.ListType: "several",
    inspect.VarTupleType: "several",
    inspect.FrozenSetType: "several",
}


def _struct_of(act: type[msgspec.Struct]) -> inspect.StructType:
    described = inspect.type_info(act)
    assert isinstance(described, inspect.StructType)  # noqa: S101 - an Act is one
    return described


def _field(info: inspect.Field, hint: Any, asked_before: set[str]) -> Field:
    described, extra, nullable = _unwrapped(info.type)
    kind = "lines" if getattr(described, "pattern", None) == SOME_LINES else _KINDS.get(type(described), "nested")
    kind = "select" if extra.get("choice") and kind != "several" else "each_line" if extra.get("each_line") else kind
    required = bool(extra.get("needed")) or (info.required and not nullable)
    empty = info.default is None or info.default in {"", NODEFAULT, UNSET}
    inner = _struct_in(described)
    label = extra.get("label", "")
    labels: Mapping[str, str] = extra.get("form", {info.name: label})
    return Field(
        name=info.name,
        json_name=info.encode_name,
        type=hint,
        kind=kind if inner is None else "nested",
        label=label,
        inputs=tuple(
            _input(name, told, asked_as, described, extra.get("words", {}), required=required, empty=empty)
            for (name, told), asked_as in zip(
                labels.items(), _MOMENT if kind == "moment" else repeat(kind), strict=False
            )
        ),
        beside=next((name for name in labels if name not in asked_before), info.name),
        required=info.required,
        nullable=nullable,
        default=info.default,
        extra=extra,
        inner=inner,
    )


def _struct_in(described: inspect.Type) -> type[msgspec.Struct] | None:
    """The Struct that a field holds, or holds a list of."""
    held, _, _ = _unwrapped(getattr(described, "item_type", described))
    return held.cls if isinstance(held, inspect.StructType) else None


def _unwrapped(described: inspect.Type) -> tuple[inspect.Type, dict[str, Any], bool]:
    """A type without its metadata nor None beside it; what the metadata says; whether it may be None."""
    extra: dict[str, Any] = {}
    nullable = False
    while isinstance(described, inspect.Metadata | inspect.UnionType):
        if isinstance(described, inspect.Metadata):
            extra |= described.extra or {}
            described = described.type
        else:
            nullable = nullable or described.includes_none
            described = next(one for one in described.types if not isinstance(one, inspect.NoneType))
    return described, extra, nullable


def _input(
    name: str, label: str, kind: str, described: inspect.Type, words: Mapping[str, str], *, required: bool, empty: bool
) -> Input:
    of_each = getattr(described, "item_type", described)
    allowed = of_each.cls if isinstance(of_each, inspect.EnumType) else getattr(of_each, "values", ())
    return Input(
        name=name,
        label=label,
        kind=kind,
        low=getattr(described, "ge", None),
        high=getattr(described, "le", None),
        most=getattr(described, "max_length", None),
        required=required,
        options=tuple(str(one) for one in allowed),
        words=words or {one.value: one.words for one in allowed if isinstance(one, WordedKind)},
        empty=empty,
    )
