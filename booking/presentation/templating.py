"""What every page may use: French dates and counts, the form's token, the way to a static file."""

from __future__ import annotations

import sys
from calendar import Calendar
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import jinja2
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context, select_autoescape
from jinja2.bccache import Bucket, FileSystemBytecodeCache
from jinja2.ext import Extension
from jinja2.lexer import TOKEN_DATA, TOKEN_STRING, Token, TokenStream
from jinja2.runtime import Context
from markupsafe import Markup

from booking.presentation.assets import asset
from booking.presentation.drawings import drawing_for
from booking.presentation.look import PALETTE, look, palette
from booking.presentation.navigation import navigation
from booking.presentation.qr_code import screen_code
from booking.process.settings import Settings
from booking.words import needs, ptech, wording
from booking.words.flash_messages import COUNTED, DONE, NEXT_STEPS
from booking.words.milestones import weight
from booking.words.states import RESERVATION_STATES, SLOT_STATES
from workshops.programmes.bts1 import rules as bts1
from workshops.programmes.ptech.check_flow import EXITS
from workshops.programmes.ptech.follow_leavers import DESTINATIONS, LEAVERS_RULE
from workshops.programmes.ptech.rules import ACTION_KINDS, OUTCOMES
from workshops.resources import carried
from workshops.school_calendar.rules import year_words
from workshops.schools.rules import LEVELS

NEXT_MOST = 600
COUNT_DIGITS = 6
TEMPLATES = carried("booking", "templates")


class CompiledOnce(FileSystemBytecodeCache):
    """A template is compiled once, as a module is, and anew when it or what a template is made with has changed."""

    def __init__(self, folder: Path = TEMPLATES / "__pycache__") -> None:
        super().__init__(str(folder), "%s.jinja")
        made_with = "".join(Path(str(one)).read_text() for one in (__file__, wording.__file__))
        self._made_with = f"{jinja2.__version__} {sys.implementation.cache_tag} {made_with}"

    def get_bucket(self, environment: Environment, name: str, filename: str | None, source: str) -> Bucket:
        """Where a template is kept: once as a page and once as plain text, for what is escaped is compiled in."""
        told = environment.autoescape
        escaped = told(name) if callable(told) else told
        return super().get_bucket(environment, name, f"{filename} {escaped}", source)

    def get_source_checksum(self, source: str) -> str:
        """What a compiled template is known by."""
        return super().get_source_checksum(source + self._made_with)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Not where nothing may be written, as Python with its modules."""
        if not sys.dont_write_bytecode:
            with suppress(OSError):
                Path(self.directory).mkdir(exist_ok=True)
                super().dump_bytecode(bucket)


class FrenchSpacing(Extension):
    """In the words of a page, a colon, a question mark or a guillemet stays on the line of its neighbour."""

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        page = (stream.filename or "").endswith(".html") and "/mail/" not in (stream.filename or "")
        for token in stream:
            worded = page and token.type in {TOKEN_DATA, TOKEN_STRING}
            yield Token(token.lineno, token.type, wording.unbroken(token.value)) if worded else token


def environment(settings: Settings) -> Environment:
    """The one Jinja environment: a name that nobody gave is a fault; pages are escaped, plain-text mails are not."""
    env = Environment(
        loader=FileSystemLoader([folder for folder in (look(), TEMPLATES) if folder is not None]),
        autoescape=select_autoescape(enabled_extensions=("html",), default_for_string=True, default=False),
        undefined=StrictUndefined,
        extensions=[FrenchSpacing],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=settings.reload,
        bytecode_cache=CompiledOnce(),
        cache_size=-1,
    )
    env.filters.update(
        _by_name(wording.day, wording.short_day, wording.plain_day, wording.number, wording.paris, wording.counted),
        **_by_name(wording.levels_words, wording.browser_words, wording.spaced, wording.unbroken, wording.dialled),
        **_by_name(wording.of_school, wording.arrival_lines, weight, initials),
        opening_hour=lambda at: wording.spaced(wording.opening_hour(at)),
        hour=lambda at: wording.spaced(wording.hour(at)),
        moment=lambda at: wording.spaced(wording.moment(at)),
    )
    env.globals.update(
        _by_name(navigation, asset, drawing_for, screen_code, weeks_of),
        **_by_name(wording.counted, wording.paper_visa, wording.mark, wording.month, wording.dates_words),
        **_by_name(needs.ticked_in, needs.needs_in_words, needs.not_offered, needs.offers_in_words),
        **_by_name(ptech.hours_words, ptech.length_words, year_words),
        **_by_name(signed_in, form_token, csrf_field, current_path, taken_up, way_back, printed_on, here),
        **_by_name(said, said_next),
        **_by_name(sign_in_here),
        settings=settings,
        palette=asset(PALETTE) if palette() is not None else "",
        span=lambda starts_at, ends_at: wording.spaced(wording.span(starts_at, ends_at)),
        LEVELS=LEVELS,
        SECTIONS=wording.SECTIONS,
        ROLES=wording.ROLES,
        COMPANY_ROLES=wording.COMPANY_ROLES,
        WITHDRAWN_WHY=wording.WITHDRAWN_WHY,
        NEEDS=needs.NEEDS,
        LACKS=needs.LACKS,
        OFFERS=needs.OFFERS,
        COUNTED_NEEDS=needs.COUNTED,
        COUNT_MOST=needs.COUNT_MOST,
        SLOT_STATES=SLOT_STATES,
        RESERVATION_STATES=RESERVATION_STATES,
        WORKSHOP_STATES=wording.WORKSHOP_STATES,
        OPINIONS=wording.OPINIONS,
        OPINION_ANSWERS=wording.OPINION_ANSWERS,
        ACTION_KINDS=ACTION_KINDS,
        ACTION_STATES=ptech.ACTION_STATES,
        EXITS=EXITS,
        OUTCOMES=OUTCOMES,
        DESTINATIONS=DESTINATIONS,
        LEAVERS_RULE=LEAVERS_RULE,
        YEARS_OF_COURSE=ptech.YEARS_OF_COURSE,
        COURSE_STEPS=bts1.STEPS,
        COURSE_PARTNERS=bts1.KINDS,
        STAYS=bts1.STAYS,
        STAY_DIRECTIONS=bts1.DIRECTIONS,
    )
    return env


def _by_name(*functions: Callable[..., Any]) -> dict[str, Callable[..., Any]]:
    return {function.__name__: function for function in functions}


@pass_context
def signed_in(context: Context) -> Any:
    """The person whose page this is, or None for a visitor; error pages know it too."""
    request = context.get("request")
    return request.scope.get("user") if request is not None else None


@pass_context
def form_token(context: Context) -> str:
    """The token that binds a form to this session, or to this desk link; empty for a visitor, whose forms the origin
    check guards."""
    request = context.get("request")
    helper = request.scope["state"].get("helper") if request is not None else None
    if helper is not None:
        return str(helper.csrf)
    person = signed_in(context)
    return person.csrf if person is not None else ""


@pass_context
def csrf_field(context: Context) -> Markup:
    """The hidden field that every form sends back."""
    if context.get("request") is None:
        raise RuntimeError("a macro that draws a form must be imported with context")
    drawn_for = context["request"].scope["state"].get("drawn_for")
    owner = Markup('<input type="hidden" name="_owner" value="{}">').format(drawn_for) if drawn_for else ""
    return Markup('<input type="hidden" name="_csrf" value="{}">{}').format(form_token(context), owner)


@pass_context
def taken_up(context: Context) -> bool:
    """Whether this page's form is filled in with what was typed before signing in again, or proving who one is."""
    request = context.get("request")
    return request is not None and "draft" in request.scope["state"]


@pass_context
def current_path(context: Context) -> str:
    """The path of this page, for the navigation's mark and the way back after sign-in."""
    request = context.get("request")
    return request.url.path if request is not None else ""


@pass_context
def printed_on(context: Context) -> str:
    """The day of the application's clock, which a printed page bears."""
    request = context.get("request")
    told = request.app.state.get("clock") if request is not None else None
    return wording.day(told() if told is not None else datetime.now(UTC))


@pass_context
def here(context: Context) -> str:
    """The address of this page with its questions, to be carried in another as `?retour=`."""
    request = context.get("request")
    if request is None:
        return ""
    asked = request.url.query.replace("+", "%20")
    return quote(request.url.path + (f"?{asked}" if asked else ""), safe="")


@pass_context
def sign_in_here(context: Context) -> str:
    """The door, which leads back to the page that was being read; a page whose address is a secret is not named."""
    request = context.get("request")
    path = request.url.path if request is not None and request.method == "GET" else "/"
    if path == "/" or path.startswith("/connexion") or "token" in request.path_params:
        return "/connexion"
    # What is longer leads to the home page (`local_path`): it is not said again for nothing.
    back = here(context)
    return f"/connexion?next={back}" if len(back) <= NEXT_MOST else "/connexion"


@pass_context
def way_back(context: Context) -> str:
    """The page of ours that a refused form came from, if the browser says so; empty otherwise."""
    request = context.get("request")
    if request is None:
        return ""
    came_from = urlsplit(str(request.headers.get("referer", "")))
    ours = came_from.netloc == request.url.netloc and came_from.path.startswith("/")
    # "//elsewhere" would leave the site.
    if not ours or came_from.path.startswith("//"):
        return ""
    return came_from.path + (f"?{came_from.query}" if came_from.query else "")


@pass_context
def said(context: Context) -> str:
    """The sentence about the act just done, which the redirect named in `?fait=`, with `combien` where it counts."""
    request = context.get("request")
    if request is None:
        return ""
    message, many = (request.query_params.get(name, "") for name in ("fait", "nombre"))
    if message in COUNTED and many.isdecimal() and len(many) <= COUNT_DIGITS:
        return wording.counted(int(many), *COUNTED[message])
    return DONE.get(message, "")


@pass_context
def said_next(context: Context) -> tuple[str, str] | None:
    """The link that goes with the sentence about the act just done, and its address."""
    request = context.get("request")
    return None if request is None else NEXT_STEPS.get(request.query_params.get("fait", ""))


def weeks_of(first: date) -> list[list[date]]:
    """The weeks, Monday first, that a month touches."""
    return Calendar().monthdatescalendar(first.year, first.month)


def initials(name: str) -> str:
    """« CR » for Claire Renaud."""
    words = [word for word in name.replace("-", " ").split() if word[0].isalpha()]
    return "".join(word[0].upper() for word in (words[:1] + words[-1:] if len(words) > 1 else words))
