"""Each field of each act takes what stands just inside its bounds and refuses, in one sentence, what stands beyond."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, get_type_hints

import msgspec
import pytest
from litestar.datastructures import FormMultiDict

from booking.door.forms.read import Form
from booking.door.http.head import read_act
from booking.people.accounts.roles import ANYONE, roles_that
from booking.words.wording import PARIS
from tests import builders
from tests.application import assembled
from tests.booking.api.test_reservations import a_machine
from workshops.acts import Act
from workshops.acts.days import FIRST_DAY, LAST_DAY
from workshops.acts.fields import Field, fields_of
from workshops.refusals import Invalid
from workshops.slots.acts import Seats

DAY = timedelta(days=1)
BOUNDS = Path(__file__).with_name("bounds.txt")
# A form has its own way to ask for these: one box, or inputs that a page reads together.
NOT_OF_FORMS = {"tick", "nested"}


def acts() -> list[type[Act]]:
    """Every act that a page, the API, a file or a command asks for."""
    assembled()
    found, left = [], [Act]
    while left:
        left += (act := left.pop()).__subclasses__()
        found += [act] if act.__module__.startswith(("booking.", "workshops.")) and act is not Act else []
    return sorted(found, key=named)


def named(act: type[Act]) -> str:
    return f"{act.__module__}.{act.__name__}"


def fields() -> list[Any]:
    return [pytest.param(field, act, id=f"{act.__name__}.{field.name}") for act in acts() for field in fields_of(act)]


def inside(field: Field) -> list[Any]:  # noqa: PLR0911 - one case a kind
    """Values of JSON that the field takes: at both ends of its bounds."""
    asked = field.inputs[0]
    match field.kind:
        case "number" | "decimal":
            return [asked.low, asked.high]
        case "text" | "lines" if asked.most is not None and not _has_form(field):
            return ["x" * asked.most, f"  {'x' * asked.most}  "]
        case "date":
            return [FIRST_DAY.isoformat(), LAST_DAY.isoformat()]
        case "moment":
            return [_noon(FIRST_DAY), _noon(LAST_DAY)]
        case "select" if asked.options:
            return list(asked.options)
        case "select":
            return [asked.low, asked.high]
        case "several" if asked.options:
            return [list(asked.options[: asked.most])]
        case "tick":
            return [True, False]
    return []


def beyond(field: Field) -> list[Any]:  # noqa: PLR0911 - one case a kind
    """Values of JSON that stand just beyond, and of no such type."""
    asked = field.inputs[0]
    match field.kind:
        case "number" | "decimal":
            step = 1 if field.kind == "number" else 0.5
            return [asked.low - step, asked.high + step, "beaucoup"]
        case "text" | "lines" if asked.most is not None:
            return ["x" * (asked.most + 1)]
        case "date":
            return [(FIRST_DAY - DAY).isoformat(), (LAST_DAY + DAY).isoformat(), "demain"]
        case "moment":
            return [_noon(FIRST_DAY - DAY), _noon(LAST_DAY + DAY)]
        case "select" if asked.options:
            return ["autre chose"]
        case "select":
            return [asked.low - 1, asked.high + 1, "autre chose"]
        case "several":
            return [["autre chose"]]
        case "tick":
            return ["peut-être", 2]
    return []


def _noon(day: date) -> str:
    return datetime.combine(day, datetime.min.time(), PARIS).replace(hour=12).isoformat()


def _has_form(field: Field) -> bool:
    """Whether a text has a form of its own: an hour of the wall, a number of the register, an address."""
    return bool(field.refused("x")) or (
        "pattern" in str(field.type)
        and any(
            meta.pattern and not re.search(meta.pattern, "x")
            for meta in getattr(field.type, "__metadata__", ())
            if isinstance(meta, msgspec.Meta)
        )
    )


def typed(field: Field, value: Any) -> FormMultiDict:
    """A value as a form sends it."""
    if field.kind == "several":
        return FormMultiDict([(field.beside, str(each)) for each in value])
    if field.kind != "moment":
        return FormMultiDict({field.beside: str(value)})
    day, *hour = [given.name for given in field.inputs]
    return FormMultiDict({day: str(value)[:10]} | dict.fromkeys(hour, "12:00"))


def wrong_of_machine(act: type[Act], field: Field, value: Any) -> str | None:
    try:
        read_act(act, {field.json_name: value})
    except Invalid as no:
        return no.errors.get(field.name)
    return None


def wrong_of_form(act: type[Act], field: Field, value: Any) -> str | None:
    form = Form(typed(field, value))
    try:
        form.act(act)
    except Invalid:
        return next((form.errors[given.name] for given in field.inputs if given.name in form.errors), None)
    return None


@pytest.mark.parametrize(("field", "act"), fields())
def test_a_field_takes_what_is_inside_its_bounds_and_refuses_what_is_beyond(field, act):
    for value in inside(field):
        assert (value, wrong_of_machine(act, field, value)) == (value, None)
        if field.kind not in NOT_OF_FORMS:
            assert (value, wrong_of_form(act, field, value)) == (value, None)
    for value in beyond(field):
        sentence = wrong_of_machine(act, field, value)
        assert sentence is not None, value
        assert sentence.endswith("."), value
        if field.kind not in NOT_OF_FORMS | {"date", "moment"}:
            assert (value, wrong_of_form(act, field, value)) == (value, sentence)
        elif field.kind in {"date", "moment"}:
            assert wrong_of_form(act, field, value), value


def bounds_of(act: type[Act]) -> str:
    """« ResizeSlot: seats 1..200, groups_max 1..20 »: of numbers, of the length of texts, of how many there may be."""
    properties = msgspec.json.schema(act)["$defs"][act.__name__]["properties"]
    told = {name: " ".join(_ranges(shape)) for name, shape in properties.items()}
    return f"{act.__name__}: {', '.join(f'{name} {ranges}' for name, ranges in told.items() if ranges)}"


def _ranges(shape: dict[str, Any]) -> list[str]:
    low = next((shape[name] for name in ("minimum", "minLength", "minItems") if name in shape), "")
    high = next((shape[name] for name in ("maximum", "maxLength", "maxItems") if name in shape), "")
    within = [*shape.get("anyOf", []), *([shape["items"]] if "items" in shape else [])]
    return ([f"{low}..{high}"] if f"{low}{high}" else []) + [told for part in within for told in _ranges(part)]


def test_each_bound_is_the_one_that_is_written_here_by_hand():
    """Moved by one in an act, it is noticed: the test above goes by the bounds that the act itself declares."""
    assert [bounds_of(act) for act in acts()] == BOUNDS.read_text().splitlines()


@pytest.mark.parametrize(("field", "act"), fields())
def test_what_is_typed_has_a_label_wherever_its_bounds_are_told(field, act):
    """« écrivez un nombre de 1 à 200 » says of what."""
    assert field.label or field.kind in {"nested", "tick"} or not field.inputs[0].required, field.name


def routes() -> list[Any]:
    found = []
    for route in (one for one in assembled().routes if one.path.startswith("/api/v1/")):
        for handler in route.route_handlers:
            body = "data" in handler.fn.__annotations__ and get_type_hints(handler.fn)["data"]
            if isinstance(body, type) and issubclass(body, Act):
                method = next(iter(handler.http_methods - {"OPTIONS"}))
                found.append(pytest.param(method, route.path, handler.opt["may"], body, id=f"{method} {route.path}"))
    return found


@pytest.mark.parametrize(("method", "path", "permission", "act"), routes())
async def test_the_api_says_all_that_is_wrong_with_a_body_at_once(app, method, path, permission, act):
    role = "teacher" if permission in ANYONE else min(roles_that(permission))
    place: dict[str, int] = {}
    if role in {"teacher", "principal", "host"}:
        place["school"] = await builders.school(kind="lycee" if role == "host" else "college")
    elif role == "company":
        place["company"] = await builders.company()
    machine = await a_machine(app, role, **place)
    body = {field.json_name: values[0] for field in fields_of(act) if (values := beyond(field))}
    address = re.sub(r"\{\w+(:\w+)?\}", "1", path).removeprefix("/api/v1")
    answer = await machine.client.request(method, address, json=body | {"nobody_asked": 1})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid")
    missing = {field.json_name for field in fields_of(act) if field.required and field.json_name not in body}
    assert set(answer.json()["errors"]) == {*body, *missing, "nobody_asked"}


def test_an_act_beyond_its_bounds_cannot_be_made_by_its_constructor_either():
    class Ask(Act, frozen=True, kw_only=True):
        seats: Seats

    with pytest.raises(Invalid) as no:
        Ask(seats=999)
    assert no.value.errors == {"seats": "Places : écrivez un nombre de 1 à 200."}
