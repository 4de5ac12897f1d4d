"""What a person asks for: an act is one frozen Struct whose fields carry their bounds, French label and description.

A form, a JSON body, a file, the command line and the examples make it; whichever does, every field is checked and all
that is wrong is said at once, in French. The inputs of a template and the OpenAPI document read the same fields, by
msgspec's own inspection.
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
from msgspec import UNSET, Meta, ValidationError

from workshops.acts.fields import fields_of
from workshops.acts.plain_words import A_LINE, SOME_LINES
from workshops.refusals import Invalid

MOST_NUMBER = 2_147_483_647


def chosen(label: str, description: str, **more: Any) -> Meta:
    """The number of a workshop, a room, a group: machines send it, a form lets choose it in a list."""
    return Meta(ge=0, le=MOST_NUMBER, description=description, extra={"label": label, "choice": True, **more})


def labelled(label: str, description: str, **more: Any) -> Meta:
    """A day, a yes or no, one of a kind: its type says what it may be."""
    return Meta(description=description, extra={"label": label, **more})


def a_number(label: str, description: str, low: int, high: int, **more: Any) -> Meta:
    """A number from `low` to `high`, both included."""
    return Meta(ge=low, le=high, description=description, extra={"label": label, **more})


def typed(label: str, description: str, *, most: int, least: int = 0, lines: bool = False, **more: Any) -> Meta:
    """Words of `most` characters, at `least` one where they must be filled in; on one line, or on several `lines`."""
    pattern, extra = SOME_LINES if lines else A_LINE, {"label": label, **more}
    return Meta(min_length=least or None, max_length=most, pattern=pattern, description=description, extra=extra)


class Act(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is asked of one verb. One with a value beyond its bounds cannot be made: Invalid says all of them.

    A field is `Annotated[type, Meta(bounds, description="...", extra={"label": "..."})]`, whose Meta chosen(), typed(),
    a_number() and labelled() write in a line. Of `extra`, `form` maps the names of a form's inputs to their
    labels where they are not the field's own (an instant is a day and an hour), `at` is the hour of an instant of which
    only the day is asked, `words` are the values that the type allows in French where it is no WordedKind, `choice`
    says that a page lists the values, `needed` that a form asks for what a machine may leave out, `each_line` that
    several texts are typed one a line, `check` says what is wrong with a text within its bounds, and `sentence` what to
    write where the bounds alone would not say it. What else is there is for other readers: `column`, for files, and
    `later` where files were given out before it came.
    """

    def __post_init__(self) -> None:
        for field in fields_of(type(self)):
            text = getattr(self, field.name)
            if field.is_text and isinstance(text, str) and text != (clean := field.clean(text)):
                msgspec.structs.force_setattr(self, field.name, clean)
        if errors := _wrong_fields(self):
            raise Invalid(errors)


AnyAct = TypeVar("AnyAct", bound=Act)


def _wrong_fields(act: Act) -> dict[str, str]:
    """What is wrong with the values of an act: its constructor alone checks none."""
    errors = {}
    for field in fields_of(type(act)):
        value = getattr(act, field.name)
        if value is field.default or value is UNSET:
            continue
        try:
            field.checked(value)
        except ValidationError:
            errors[field.name] = field.sentence(value)
    return errors
