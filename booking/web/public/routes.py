"""The routes that anybody may read."""

from __future__ import annotations

from litestar.types import ControllerRouterHandler

from booking.web.public.consortium import consortium_page
from booking.web.public.feed import own_feed, public_feed
from booking.web.public.health import live, ready
from booking.web.public.home import home
from booking.web.public.offer import answer_offered, offer_page
from booking.web.public.programme import definitions, programme, programme_svg
from booking.web.public.search import search_page
from booking.web.public.slot import slot_page
from booking.web.public.statements import accessibility, legal, privacy
from booking.web.public.trial_mails import trial_mail, trial_mails
from booking.web.public.visa import answer_visa, visa_page

ROUTES: list[ControllerRouterHandler] = [
    accessibility,
    definitions,
    programme,
    programme_svg,
    answer_offered,
    answer_visa,
    consortium_page,
    home,
    legal,
    live,
    offer_page,
    own_feed,
    privacy,
    public_feed,
    ready,
    search_page,
    slot_page,
    trial_mail,
    trial_mails,
    visa_page,
]
