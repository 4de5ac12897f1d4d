"""A POST route whose form is one act: read it, do it, redirect; or show the page again with what is wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import cache, update_wrapper
from inspect import Parameter, Signature, isawaitable, signature
from typing import Any, TypeAlias, get_type_hints

from litestar.response import Redirect, Template

from booking.door.forms.read import AnyRequest, Form
from booking.process.counting import REFUSALS, count
from workshops.acts import Act
from workshops.acts.fields import fields_of
from workshops.refusals import Invalid, NotFound, Refusal

Handler: TypeAlias = Callable[..., Awaitable[Redirect | Template]]
PageOf: TypeAlias = Callable[..., Awaitable[Template]]
# What the wrapper itself hands to a handler and to its page.
OWN = {"self", "asked", "form", "refusal"}
# The statuses of refusals after which one corrects what was typed, or goes on from the same page.
CORRECTED = {409, 422}


def form_act(
    act: type[Act], *, page: PageOf, unread: str = "", each: str = "", **read: Callable[..., Any]
) -> Callable[[Handler], Handler]:
    """Decorate a handler that does an act: it takes `asked`, the act read from the form, and answers with a redirect.

    A refusal, of the form or of the verb, shows the `page` again with the refusal's status: what was typed is kept, and
    the refusal stands beside the input that it speaks of, or above the form. The handler and the page each take what
    they name: path parameters, dependencies, the `form`; the page also the `refusal`. Both may be methods of one
    controller. What no form can correct, a route
    that names what is not there, a spent link, too many tries, has a page of its own.

    `read` gives fields that several inputs make together: a reader takes what it names, too, and may be awaited. A
    field that the route itself names, as `{school_year:int}`, is that one. A button named `unread` shows the page again
    with what was typed, right or wrong. Where a page has the form several times, the names of its inputs end with the
    path parameter that `each` names: `reason-12`. An act without fields (`Act` itself) leaves the page's own forms as
    nobody had sent them.

        @post("/lycee/creneaux", opt=may("slots.open"))
        @form_act(OpenSlot, page=slot_form)
        async def open_one(asked: OpenSlot, person: NamedDependency[Host], now: ...) -> Redirect: ...
    """

    def decorate(handler: Handler) -> Handler:
        async def submitted(*controller: Any, request: AnyRequest, **given: Any) -> Redirect | Template:
            end = f"-{given[each]}" if each else ""
            form = Form(await request.form()).part(end) if end else Form(await request.form())
            given |= dict(zip(("self",), controller, strict=False))
            given["form"], given["request"] = form if fields_of(act) else None, request
            if unread and form.ticked(unread):
                answer: Template = await _called(page, given)
                answer.context["form"] = form
                return answer
            try:
                given["asked"] = form.act(act, **await _read_by(read, act, given | {"form": form}))
                done: Redirect | Template = await _called(handler, given)
                return done
            except Refusal as no:
                if no.status not in CORRECTED and not no.field:
                    raise
                refusal = no
            form.note(refusal, act)
            form.end_names(end)
            given["refusal"] = refusal
            return shown_again(await _called(page, given), given["form"], refusal)

        return _signed(submitted, handler, page)

    return decorate


async def _read_by(
    readers: Mapping[str, Callable[..., Any]], act: type[Act], given: Mapping[str, Any]
) -> dict[str, Any]:
    """The fields that the route names, and those that the page reads by itself, some of them in the database."""
    read = {field.name: given[field.name] for field in fields_of(act) if field.name in given}
    for name, reader in readers.items():
        value = _called(reader, given)
        read[name] = await value if isawaitable(value) else value
    return read


def _called(function: Callable[..., Any], given: Mapping[str, Any]) -> Any:
    """What a function makes of what it names."""
    return function(**{name: given[name] for name in _names(function) if name in given})


@cache
def _hints(function: Callable[..., Any]) -> dict[str, Any]:
    return get_type_hints(function, include_extras=True)


@cache
def _names(function: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(signature(function).parameters)


def shown_again(answer: Template, form: Form | None, refusal: Refusal) -> Template:
    """A page with what was typed, why it was refused, and the refusal's status."""
    if not answer.context.get("refusal"):  # else it is counted where that page was made
        count(REFUSALS, refusal.kind)
    answer.context |= {"form": form, "refusal": refusal}
    # A choice that is not there is a wrong answer of this page, which is there.
    answer.status_code = Invalid.status if isinstance(refusal, NotFound) else refusal.status
    return answer


def _signed(submitted: Any, handler: Handler, page: PageOf) -> Handler:
    """The wrapper with the parameters that Litestar gives it: those of the handler and of the page."""
    hints: dict[str, Any] = {"request": AnyRequest}
    parameters = {"request": Parameter("request", Parameter.KEYWORD_ONLY, annotation=AnyRequest)}
    for function in (page, handler):
        known = _hints(function)
        for name, parameter in signature(function).parameters.items():
            if name not in OWN | {"request"} and (function is handler or parameter.default is Parameter.empty):
                hints[name] = known[name]
                parameters[name] = parameter.replace(kind=Parameter.KEYWORD_ONLY, annotation=known[name])
    if "self" in signature(handler).parameters:
        parameters = {"self": Parameter("self", Parameter.POSITIONAL_ONLY)} | parameters
    answers = _hints(handler)["return"] | Template
    update_wrapper(submitted, handler)
    submitted.__signature__ = Signature(list(parameters.values()), return_annotation=answers)
    submitted.__annotations__ = hints | {"return": answers}
    return submitted  # type: ignore[no-any-return]
