"""A person subscribes another program to what concerns her, sees what did not arrive, and ends it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from booking.mails.webhooks.rules import EVERYTHING, GROUPS, MOST, TOLD_OUTSIDE
from booking.words.acts import ACTS
from tests import builders
from tests.booking.mails.webhooks.told import BOOKED, a_visit, booked, send, states, tell_programs
from tests.booking.web.account.test_second_proof import _production, nadia, production, register  # noqa: F401 - its fixtures
from tests.browsing import SECRET, Browser, read
from tests.builders import NOW
from tests.receiver import receiver
from workshops.database import row, rows, value

SHOWN = re.compile(r"whsec_[A-Za-z0-9+/=]{44}")
AT = "/compte/logiciels"


async def a_host(app) -> tuple[int, Browser]:
    app.state.clock = lambda: NOW
    lycee, account = await builders.school(kind="lycee"), await builders.account("jules@example.org")
    await builders.membership(account, "host", school=lycee)
    return lycee, await Browser(app, now=NOW).sign_in(account)


def asked(url: str, **more: object) -> dict[str, object]:
    return {"label": "Emploi du temps", "url": url, "acts": ["bookings", "changes"]} | more


async def test_the_secret_is_shown_once_and_verifies_the_trial_that_follows(app):
    _, host = await a_host(app)
    app.state.clock = None
    async with receiver() as there:
        made = await host.post(AT, asked(there.url))
        (secret,) = SHOWN.findall(made.text)
        assert "Le secret de « Emploi du temps »" in read(made)
        assert SHOWN.findall((await host.get(AT)).text) == []
        kept = str([tuple(one) for one in await rows("SELECT * FROM webhooks")])
        told = str([tuple(one) for one in await rows("SELECT * FROM events")])
        assert (secret in kept, secret in told) == (False, False)
        webhook = await value("SELECT id FROM webhooks")
        tried = await host.post(f"{AT}/{webhook}/essai")
        assert tried.headers["location"] == f"{AT}?fait=essai-parti"
        assert "part dans la minute" in read(await host.get(AT))
        await send(now=datetime.now(UTC))
        (got,) = there.told
    assert Webhook(secret).verify(got.body, got.headers)["type"] == "trial"
    assert "Prévenu pour la dernière fois" in read(await host.get(AT))
    assert SECRET not in kept


async def test_a_coordinator_makes_none_before_her_second_proof(production):  # noqa: F811 - the fixture
    account, first = await nadia(production)
    await register(first)
    unproved = await Browser(production, now=NOW).sign_in(account)
    slots = {"label": "Bilan", "url": "https://agenda.example.org/", "acts": ["slots"]}
    answer = await unproved.post(AT, slots)
    assert (answer.status_code, answer.headers["location"]) == (303, "/connexion/code?next=/")
    assert await value("SELECT count(*) FROM webhooks") == 0
    assert len(SHOWN.findall((await first.post(AT, slots)).text)) == 1
    for url in ("http://127.0.0.1:9/", "https://127.0.0.1/", "https://agenda.example.org:8443/"):
        assert (await first.post(AT, slots | {"url": url})).status_code == 422


async def test_what_is_wrong_is_said_in_words_and_nothing_is_lost(app):
    _, host = await a_host(app)
    answer = await host.post(AT, asked("http://agenda.example.org/x", acts=["signed_in"]))
    assert answer.status_code == 422
    shown = read(answer)
    assert "L'adresse commence par https:// : ce qui part est chiffré." not in shown
    assert "Choisissez dans la liste ce dont l'autre logiciel est prévenu." in shown
    answer = await host.post(AT, asked("http://agenda.example.org/x"))
    assert "L'adresse commence par https:// : ce qui part est chiffré." in read(answer)
    assert 'value="http://agenda.example.org/x"' in answer.text
    assert re.findall(r'value="(\w+)" checked', answer.text) == ["bookings", "changes"]
    answer = await host.post(AT, asked("https://agenda.example.org/", acts=[]))
    assert "Choisissez dans la liste ce dont l'autre logiciel est prévenu." in read(answer)
    assert await value("SELECT count(*) FROM webhooks") == 0


async def test_a_role_has_five_subscriptions_at_most(app):
    _, host = await a_host(app)
    for number in range(MOST):
        assert (await host.post(AT, asked(f"https://agenda.example.org/{number}"))).status_code == 200
    assert "Abonner un logiciel" not in read(await host.get(AT))
    answer = await host.post(AT, asked("https://agenda.example.org/"))
    assert (answer.status_code, await value("SELECT count(*) FROM webhooks")) == (409, MOST)
    assert "Vous avez déjà 5 abonnements dans ce rôle." in read(answer)


async def test_a_second_subscription_that_would_say_the_same_to_the_same_address_is_refused_by_name(app):
    lycee, host = await a_host(app)
    url = "https://agenda.example.org/"
    every_group = ["bookings", "changes", "closings", "slots", "comings", "days"]
    assert (await host.post(AT, asked(url, acts=[EVERYTHING]))).status_code == 200
    for again in ({"label": "Tableau de bord", "acts": [EVERYTHING]}, {"acts": every_group}):
        refused = await host.post(AT, asked(url, **again))
        assert (refused.status_code, await value("SELECT count(*) FROM webhooks")) == (409, 1)
        known = "« Emploi du temps » est déjà prévenu de la même chose à cette adresse, dans vos abonnements."
        assert known in read(refused)
        # What was typed stays, the refusal beside the address.
        assert f'value="{url}"' in refused.text
        assert re.search(r'id="url-erreur">«\sEmploi du temps\s»', refused.text)
    await host.post(f"{AT}/{await value('SELECT id FROM webhooks')}/pause")
    assert (await host.post(AT, asked(url, acts=[EVERYTHING]))).status_code == 409
    # Something else to that address, the same to another one, and a colleague's own are no doubles.
    colleague = await builders.person("host", "anne@example.org", school=lycee)
    hers = await Browser(app, now=NOW).sign_in(colleague)
    made = [
        (await browser.post(AT, asked(*to))).status_code
        for browser, *to in ((host, url), (host, f"{url}other"), (hers, url))
    ]
    assert made == [200, 200, 200]
    assert (await host.post(AT, asked(url))).status_code == 409
    assert await value("SELECT count(*) FROM webhooks") == 4


async def test_two_equal_subscriptions_of_before_go_on_and_each_is_ended_alone(app):
    lycee, host = await a_host(app)
    membership = await value("SELECT id FROM memberships")
    async with receiver() as there:
        both = [await builders.webhook(membership=membership, url=there.url, acts=BOOKED) for _ in range(2)]
        await booked(await a_visit(lycee=lycee))
        await tell_programs()
        assert await send() == 2
        assert len(there.told) == 2
        await host.post(f"{AT}/{both[0]}/retrait")
        await booked(await a_visit(lycee=lycee))
        await tell_programs()
        assert await send() == 1
    assert [one["id"] for one in await rows("SELECT id FROM webhooks")] == [both[1]]


async def test_each_role_chooses_among_what_it_reads(app):
    firm = await builders.company()
    account = await builders.person("company", company=firm)
    company = await Browser(app, now=datetime.now(UTC)).sign_in(account)
    page = await company.get(AT)
    assert re.findall(r'name="acts" value="(\w+)" checked', page.text) == ["comings"]
    assert page.text.count('name="acts"') == 1
    assert "« Tout »" not in read(page)
    answer = await company.post(AT, asked("https://agenda.example.org/"))
    assert "Choisissez dans la liste ce dont l'autre logiciel est prévenu." in read(answer)


async def test_a_host_chooses_everything_or_some_of_six_groups_and_reads_what_was_chosen(app):
    _, host = await a_host(app)
    offered = await host.get(AT)
    assert re.findall(r'name="acts" value="(\w+)"( checked)?', offered.text) == [
        *[(EVERYTHING, " checked"), ("bookings", ""), ("changes", ""), ("closings", ""), ("slots", "")],
        *[("comings", ""), ("days", "")],
    ]
    assert "Décochez « Tout » pour choisir." in read(offered)
    url = "https://agenda.example.org/"
    every_group = ["bookings", "changes", "closings", "slots", "comings", "days"]
    for number, chosen in enumerate(([EVERYTHING], ["slots", "closings"], every_group)):
        await host.post(AT, asked(f"{url}{number}", acts=chosen))
    membership = await value("SELECT id FROM memberships")
    await builders.webhook(membership=membership, url=url, acts=BOOKED)
    page = read(await host.get(AT))
    assert re.findall(r"Prévenu de(?: :)? (.+?) (?:Envoyer|Visite)", page) == [
        *("Tout", "Visites closes, Créneaux", "Tout", "2 actes choisis un par un")
    ]
    kept = [set(one["acts"]) for one in await rows("SELECT acts FROM webhooks ORDER BY id")]
    every = {act for some in TOLD_OUTSIDE.values() for act in some}
    assert kept == [every, {*GROUPS["slots"], *GROUPS["closings"]}, every, set(BOOKED)]


async def test_what_did_not_arrive_is_seen_by_its_maker_and_the_coordinator_who_send_it_again(app):
    lycee, host = await a_host(app)
    boss = await builders.person("coordinator", "nadia@example.org")
    office = await Browser(app, now=NOW).sign_in(boss)
    membership = await value("SELECT id FROM memberships WHERE role = 'host'")
    await builders.webhook(membership=membership, url="http://127.0.0.1:9/", acts=BOOKED)
    visit = await a_visit(lycee=lycee)
    event = await booked(visit)
    await tell_programs()
    missed = "UPDATE webhook_deliveries SET state = 'failed', attempts = 9, last_error = 'Le logiciel a répondu 503.'"
    await rows(missed)
    delivery = await value("SELECT id FROM webhook_deliveries")
    for browser, page, sent_to in (
        (host, AT, f"{AT}/envois/{delivery}/relance"),
        (office, "/gestion/messages", f"/gestion/messages/envois/{delivery}/relance"),
    ):
        shown = read(await browser.get(page))
        assert "Le logiciel a répondu 503." in shown
        assert ACTS["reservation_booked"] in shown
        answer = await browser.post(sent_to)
        assert answer.headers["location"] == f"{page}?fait=envoi-relance"
        assert await states() == [(event, "waiting", 0)]
        again = await browser.post(sent_to)
        assert (again.status_code, "Cet envoi n'est plus en échec" in read(again)) == (409, True)
        await rows(missed)
    acts = await rows("SELECT act, by FROM events WHERE about_kind = 'webhook'")
    assert [one["act"] for one in acts] == ["webhook_relaunched"] * 2


async def test_a_subscription_is_paused_taken_up_and_withdrawn(app):
    _, host = await a_host(app)
    membership = await value("SELECT id FROM memberships")
    webhook = await builders.webhook(membership=membership, url="https://agenda.example.org/", acts=BOOKED)
    for act, said, why in (
        ("pause", "abonnement-en-pause", "maker"),
        ("pause", "abonnement-en-pause", "maker"),
        ("reprise", "abonnement-repris", ""),
    ):
        answer = await host.post(f"{AT}/{webhook}/{act}")
        assert answer.headers["location"] == f"{AT}?fait={said}"
        found = await row("SELECT paused_why, paused_at FROM webhooks")
        assert tuple(found) == (why, NOW if why else None)
    await host.post(f"{AT}/{webhook}/pause")
    refused = await host.post(f"{AT}/{webhook}/essai")
    assert (refused.status_code, "Cet abonnement est en pause" in read(refused)) == (409, True)
    answer = await host.post(f"{AT}/{webhook}/retrait")
    assert answer.headers["location"] == f"{AT}?fait=abonnement-retire"
    acts = await rows("SELECT act FROM events WHERE about_kind = 'webhook' ORDER BY id")
    assert [one["act"] for one in acts] == ["webhook_paused", "webhook_resumed", "webhook_paused", "webhook_withdrawn"]


async def test_a_paused_subscription_goes_on_with_what_it_has_missed(app):
    lycee, host = await a_host(app)
    membership = await value("SELECT id FROM memberships")
    webhook = await builders.webhook(membership=membership, url="https://agenda.example.org/", acts=BOOKED)
    answer = await host.client.get(f"{AT}")
    assert "rattraper" not in read(answer)
    await host.post(f"{AT}/{webhook}/pause")
    event = await booked(await a_visit(lycee=lycee))
    await tell_programs()
    shown = read(await host.get(f"{AT}?fait=abonnement-en-pause"))
    assert "Vous pourrez rattraper, jusqu'à 30 jours." in shown
    assert "Reprendre et rattraper l'abonnement de" in shown
    answer = await host.post(f"{AT}/{webhook}/rattrapage")
    assert answer.headers["location"] == f"{AT}?fait=abonnement-rattrape"
    assert await states() == [(event, "waiting", 0)]
    assert tuple(await row("SELECT paused_why, paused_at FROM webhooks")) == ("", None)


@pytest.mark.parametrize("act", ["essai", "pause", "reprise", "rattrapage", "retrait"])
async def test_nobody_touches_the_subscription_of_another(app, act):
    _, host = await a_host(app)
    other = await builders.membership(await builders.account(), "coordinator")
    webhook = await builders.webhook(membership=other, url="https://agenda.example.org/", acts=BOOKED)
    assert (await host.post(f"{AT}/{webhook}/{act}")).status_code == 404
    assert tuple(await row("SELECT id, paused_why FROM webhooks")) == (webhook, "")
