"""The page that asks whether a group comes, behind the link of a mail: yes or no, no account."""

from __future__ import annotations

from datetime import datetime

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Template

from booking.door.forms.form_act import form_act
from booking.door.forms.read import Form
from booking.door.http.answers import Page, page, renders
from booking.door.rights.guards import Now, SiteSettings, may
from booking.process.settings import Settings
from booking.visits.asking.pairs import Half, halves_of
from booking.visits.reservation_states import SURE
from booking.visits.reservations.acts import CancelVisit
from booking.visits.reservations.queries import Visit
from booking.visits.reservations.rules import LinkNotOurs
from booking.visits.reservations.say_coming import ComingAnswered, answer_coming
from booking.visits.reservations.states import is_late
from booking.visits.reservations.tell_answer import coming_told
from booking.visits.reservations.whether_it_comes import visit_in_question
from booking.web.public.answered_question import COMING, answered_page
from booking.words.wording import paris


@renders("public/coming.html", acts={"cancellation": CancelVisit})
class ComingAsked(Page, frozen=True):
    """`other`: the other half of the class, which comes on the same day; `late`: who does not come says why."""

    visit: Visit
    other: Half | None
    token: str
    late: bool


@renders("public/coming_answered.html")
class ComingSaid(Page, frozen=True):
    """What the answer made of the visit, and of the other half of its class."""

    visit: Visit
    other: Half | None
    comes: bool


async def _asked(token: str, settings: Settings, now: datetime) -> Visit | Template:
    """The visit that is asked about, or the page that says what was answered."""
    if (told := await coming_told(token, secret_key=settings.secret_key, now=now)) is not None:
        return answered_page(told, question=COMING)
    if (found := await visit_in_question(token, secret_key=settings.secret_key)) is not None:
        return found[0]
    raise LinkNotOurs()


async def _other_of_the_day(seen: Visit) -> Half | None:
    others = [one for one in await halves_of(seen.pair) if one.id != seen.id and one.state in SURE]
    return next((one for one in others if paris(one.starts_at).date() == seen.on), None)


@get("/venez-vous/{token:str}", opt=may("public.use"))
async def coming_page(token: FromPath[str], settings: SiteSettings, now: Now) -> Template:
    """What is asked; nothing is answered by opening the page, since mail scanners open it too."""
    seen = await _asked(token, settings, now)
    if not isinstance(seen, Visit):
        return seen
    late = is_late(seen.deadlines, moved_late=seen.late, now=now)
    return page(ComingAsked(seen, await _other_of_the_day(seen), token, late))


@post("/venez-vous/{token:str}", opt=may("public.use"))
@form_act(CancelVisit, page=coming_page.fn)
async def answer_whether_coming(
    asked: CancelVisit, form: Form, token: FromPath[str], settings: SiteSettings, now: Now
) -> Template:
    seen = await _asked(token, settings, now)
    if not isinstance(seen, Visit):
        return seen
    other = await _other_of_the_day(seen)
    comes = form.choice("answer", {"oui", "non"}, label="Réponse") == "oui"
    form.refuse_if_wrong()
    try:
        await answer_coming(token, asked, comes=comes, secret_key=settings.secret_key, now=now)
    except ComingAnswered:
        # Answered in another window meanwhile.
        if isinstance(told := await _asked(token, settings, now), Visit):
            raise
        return told
    return page(ComingSaid(seen, other, comes))
