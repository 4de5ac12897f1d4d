"""A POST route whose form is one act: read it, do it, redirect; or show the page again with what is wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from inspect import Parameter, Signature, signature
from typing import Any, TypeAlias, get_type_hints

from litestar.response import Redirect, Template

from booking.door.forms.read import AnyRequest, Form
from workshops.acts import Act
from workshops.refusals import Invalid, NotFound, Refusal

Handler: TypeAlias = Callable[..., Awaitable[Redirect | Template]]
PageOf: TypeAlias = Callable[..., Awaitable[Template]]
# What the wrapper itself hands to a handler and to its page.
OWN = {"asked", "form", "refusal"}


def form_act(act: type[Act], *, page: PageOf, **read: Callable[[Form], Any]) -> Callable[[Handler], Handler]:
    """Decorate a handler that does an act: it takes `asked`, the act read from the form, and answers with a redirect.

    A refusal, of the form or of the verb, shows the `page` again with the refusal's status: what was typed is kept, and
    the refusal stands beside the input that it speaks of, or above the form. The handler and the page each take what
    they name: path parameters, dependencies, the `form`; the page also the `refusal`. A route that names what is not
    there, or not theirs, is not found. `read` gives fields that several inputs make together.

        @post("/lycee/creneaux", opt=HOST)
        @form_act(OpenSlot, page=slot_form)
        async def open_one(asked: OpenSlot, person: NamedDependency[Host], now: ...) -> Redirect: ...
    """

    def decorate(handler: Handler) -> Handler:
        wanted, shown = signature(handler).parameters, signature(page).parameters

        async def submitted(request: AnyRequest, **given: Any) -> Redirect | Template:
            form = Form(await request.form())
            given["form"], given["request"] = form, request
            try:
                given["asked"] = form.act(act, **{name: reader(form) for name, reader in read.items()})
                return await handler(**{name: given[name] for name in wanted})
            except NotFound as no:
                if not no.field:
                    raise
                refusal: Refusal = no
            except Refusal as no:
                refusal = no
            form.note(refusal, act)
            given["refusal"] = refusal
            answer = await page(**{name: given[name] for name in shown if name in given})
            return shown_again(answer, form, refusal)

        return _signed(submitted, handler, page)

    return decorate


def shown_again(answer: Template, form: Form, refusal: Refusal) -> Template:
    """A page with what was typed, why it was refused, and the refusal's status."""
    answer.context |= {"form": form, "refusal": refusal}
    # A choice that is not there is a wrong answer of this page, which is there.
    answer.status_code = Invalid.status if isinstance(refusal, NotFound) else refusal.status
    return answer


def _signed(submitted: Any, handler: Handler, page: PageOf) -> Handler:
    """The wrapper with the parameters that Litestar gives it: those of the handler and of the page."""
    hints: dict[str, Any] = {"request": AnyRequest}
    parameters = {"request": Parameter("request", Parameter.KEYWORD_ONLY, annotation=AnyRequest)}
    for function in (page, handler):
        known = get_type_hints(function, include_extras=True)
        for name, parameter in signature(function).parameters.items():
            if name not in OWN | {"request"} and (function is handler or parameter.default is Parameter.empty):
                hints[name] = known[name]
                parameters[name] = parameter.replace(kind=Parameter.KEYWORD_ONLY, annotation=known[name])
    answers = get_type_hints(handler)["return"] | Template
    submitted.__signature__ = Signature(list(parameters.values()), return_annotation=answers)
    submitted.__annotations__ = hints | {"return": answers}
    for name in ("__name__", "__qualname__", "__module__", "__doc__"):
        setattr(submitted, name, getattr(handler, name))
    return submitted  # type: ignore[no-any-return]
