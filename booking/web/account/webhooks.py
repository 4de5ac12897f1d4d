"""Telling another program of what is done: one's subscriptions, made, tried, paused and withdrawn here."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.form_act import form_act
from booking.door.forms.read import Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import FRESH, AnyOf, Now, SiteSettings, may
from booking.mails.webhooks.catch_up import CatchUp, catch_up
from booking.mails.webhooks.queries import (
    Delivery,
    Subscriber,
    Subscription,
    notable_deliveries,
    subscription,
    subscriptions_of,
    turning,
)
from booking.mails.webhooks.rules import EVERYTHING, MOST, acts_of, groups_of, groups_open_to
from booking.mails.webhooks.sign import secret_of
from booking.mails.webhooks.subscribe import (
    Subscribe,
    pause,
    relaunch_delivery,
    resume,
    send_trial,
    subscribe,
    take_secret,
    unsubscribe,
)
from booking.people.accounts.rules import ShownTrial
from booking.process.settings import Settings
from booking.words.acts import ACTS
from booking.words.later import WordsOfActs
from booking.words.subjects import TOLD_TOGETHER
from workshops.acts import Act
from workshops.refusals import or_not_found

AT = "/compte/logiciels"
SALT_BYTES = 24


@renders("account/webhooks.html", acts={"asked": Subscribe})
class Webhooks(Page, frozen=True):
    """`new_secret` was just made for the subscription `new_label`, and is shown once. `told`: what each subscription is
    told of in a few words, none where its acts were chosen one by one; `open_to`: what there is to choose from, and
    `chosen`, what of it is ticked. `turning`: whose program has still to take its new
    secret, and whether the one before still signs."""

    place: str
    subscriptions: Sequence[Subscription]
    deliveries: Mapping[int, Sequence[Delivery]]
    acts: Mapping[str, str]
    told: Mapping[int, str]
    open_to: Mapping[str, str]
    chosen: Collection[str]
    most: int
    turning: Mapping[int, bool]
    new_secret: str = ""
    new_label: str = ""


@get(AT, opt=may("programs.tell"))
async def list_webhooks(person: AnyOf[Subscriber], settings: SiteSettings) -> Template:
    return await _page(person, settings)


async def _form_again(form: Form, person: AnyOf[Subscriber], settings: SiteSettings) -> Template:
    return await _page(person, settings, chosen=form.all("acts"))


def _ticked(form: Form, person: AnyOf[Subscriber]) -> tuple[str, ...]:
    """The acts of the groups that are ticked."""
    return tuple(acts_of(form.all("acts"), person.role))


@post(AT, opt=may("programs.tell") | FRESH)
@form_act(Subscribe, page=_form_again, acts=_ticked)
async def make_webhook(asked: Subscribe, person: AnyOf[Subscriber], settings: SiteSettings, now: Now) -> Template:
    """The secret is shown on the answer itself, once: the receiver keeps it, nobody can read it again.

    Raises ShownTrial.
    """
    if settings.shown:
        raise ShownTrial()
    salt, own = secrets.token_bytes(SALT_BYTES), {"membership": person.membership, "by": person.account}
    await subscribe(
        asked, **own, role=person.role, salt=salt, secret_key=settings.secret_key, trial=settings.demo, now=now
    )
    return await _page(person, settings, new_secret=secret_of(salt, settings.secret_key), new_label=asked.label)


@post(AT + "/{webhook:int}/secret", opt=may("programs.tell") | FRESH)
async def take_new_secret(
    webhook: FromPath[int], person: AnyOf[Subscriber], settings: SiteSettings, now: Now
) -> Template:
    """The new secret is shown on the answer itself; until then what is sent bears both signatures."""
    known = or_not_found(await subscription(webhook, membership=person.membership))
    own = {"membership": person.membership, "by": person.account}
    secret = await take_secret(webhook, **own, secret_key=settings.secret_key, now=now)
    return await _page(person, settings, new_secret=secret, new_label=known.label)


@post(AT + "/{webhook:int}/essai", opt=may("programs.tell"))
@form_act(Act, page=list_webhooks.fn)
async def try_webhook(webhook: FromPath[int], person: AnyOf[Subscriber], settings: SiteSettings, now: Now) -> Redirect:
    """Raises ShownTrial."""
    if settings.shown:
        raise ShownTrial()
    await send_trial(webhook, membership=person.membership, now=now)
    return done(AT, "essai-parti")


@post(AT + "/{webhook:int}/pause", opt=may("programs.tell"))
async def pause_webhook(webhook: FromPath[int], person: AnyOf[Subscriber], now: Now) -> Redirect:
    await pause(webhook, membership=person.membership, by=person.account, now=now)
    return done(AT, "abonnement-en-pause")


@post(AT + "/{webhook:int}/reprise", opt=may("programs.tell"))
async def resume_webhook(webhook: FromPath[int], person: AnyOf[Subscriber], now: Now) -> Redirect:
    await resume(webhook, membership=person.membership, by=person.account, now=now)
    return done(AT, "abonnement-repris")


@post(AT + "/{webhook:int}/rattrapage", opt=may("programs.tell"))
async def catch_webhook_up(webhook: FromPath[int], person: AnyOf[Subscriber], now: Now) -> Redirect:
    await catch_up(webhook, CatchUp(), membership=person.membership, by=person.account, now=now)
    return done(AT, "abonnement-rattrape")


@post(AT + "/{webhook:int}/retrait", opt=may("programs.tell"))
async def withdraw_webhook(webhook: FromPath[int], person: AnyOf[Subscriber], now: Now) -> Redirect:
    await unsubscribe(webhook, membership=person.membership, by=person.account, now=now)
    return done(AT, "abonnement-retire")


@post(AT + "/envois/{delivery:int}/relance", opt=may("programs.tell"))
@form_act(Act, page=list_webhooks.fn)
async def send_webhook_again(delivery: FromPath[int], person: AnyOf[Subscriber], now: Now) -> Redirect:
    await relaunch_delivery(delivery, membership=person.membership, by=person.account, now=now)
    return done(AT, "envoi-relance")


async def _page(
    person: Subscriber,
    settings: Settings,
    *,
    chosen: Collection[str] | None = None,
    new_secret: str = "",
    new_label: str = "",
) -> Template:
    subscriptions = await subscriptions_of(person.membership)
    deliveries: dict[int, list[Delivery]] = {one.id: [] for one in subscriptions}
    for one in await notable_deliveries(person.membership):
        deliveries[one.webhook].append(one)
    groups = list(groups_open_to(person.role))
    offered = [EVERYTHING, *groups] if len(groups) > 1 else groups
    shown = Webhooks(
        place=person.place,
        subscriptions=subscriptions,
        deliveries=deliveries,
        acts=WordsOfActs(ACTS | {"trial": "Essai"}),
        told={
            one.id: ", ".join(TOLD_TOGETHER[name][0] for name in groups_of(one.acts, person.role))
            for one in subscriptions
        },
        open_to={name: " : ".join(filter(None, TOLD_TOGETHER[name])) for name in offered},
        chosen=offered[:1] if chosen is None else chosen,
        most=MOST,
        turning=await turning(person.membership, secret_key=settings.secret_key),
        new_secret=new_secret,
        new_label=new_label,
    )
    return page(shown)
