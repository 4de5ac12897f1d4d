"""The site's key changes: nothing that somebody holds stops, and what still needs the one before is counted."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from uuid import uuid4

import pytest
from msgspec.structs import replace
from pyotp import TOTP
from standardwebhooks import Webhook, WebhookVerificationError

from booking.commands.rotate_secret import rotate, said
from booking.day.badges.print_sheet import sheet_of
from booking.day.badges.rules import SecretChanged
from booking.day.checkin.check_in import check_in
from booking.day.checkin.phone_roster import phone_roster
from booking.day.checkin.rules import ScanAsked
from booking.mails.webhooks.deliver import deliver_webhooks
from booking.mails.webhooks.post import Post
from booking.mails.webhooks.sign import secret_of as webhook_secret
from booking.mails.webhooks.subscribe import Subscribe, send_trial, subscribe, take_secret
from booking.people.accounts.phone_secret import PhoneUnreadable
from booking.people.accounts.rules import CodeWrong, Role, csrf_of, secret_of
from booking.people.accounts.second_proof import enrol, prove
from booking.people.accounts.sign_in import Here, open_session
from booking.people.accounts.tables import SecondProof
from booking.process.secret_key import SecretKey
from booking.process.settings import read_settings
from booking.visits.questions.queries import conversation_behind
from booking.visits.questions.rules import Side, link_of
from booking.visits.questions.write import AskLycee, ask
from tests import builders
from tests.application import application
from tests.booking.day.checkin.day import NINE_FOUR, START, Day, a_day
from tests.booking.people.passkeys import people
from tests.browsing import SECRET, Browser, read
from tests.builders import NOW
from tests.owner import by_owner
from tests.receiver import receiver
from workshops.database import row, value

NEW = "the second key of this site and long enough"
THIRD = "the third key of this site and long enough"
BOTH = SecretKey(NEW, before=(SECRET,))
SALTS = (b"sixteen bytes of", b"sixteen others !")
BASE = "http://127.0.0.1:8000"
A_MINUTE = timedelta(minutes=1)


@pytest.fixture
async def day(db) -> Day:
    return await a_day()


async def scanned(day: Day, *tokens: str) -> list[str]:
    """What the desk says of badges that are read."""
    asked = [ScanAsked(uuid4(), day.slot, token, NINE_FOUR, "arrival") for token in tokens]
    told = await check_in(asked, account=day.host, school=day.school, now=NINE_FOUR)
    return [one.result for one in told]


async def a_phone(account: int, salt: bytes, *, key: str = SECRET) -> TOTP:
    """A phone that an account registers, as its application shows codes."""
    await open_session(account, session_id=f"first {account}", browser="Firefox", now=NOW)
    phone = TOTP(secret_of(salt, str(key)))
    await enrol(
        account,
        code=phone.at(NOW),
        salt=salt,
        rescue_codes=[f"aaaaaa{account:06}"],
        not_me=secrets.token_urlsafe(32),
        secret_key=key,
        here=Here(f"first {account}", f"second {account}", "Firefox"),
        address="10.0.0.1",
        now=NOW,
    )
    return phone


async def give(account: int, code: str, *, key: str, at=NOW) -> None:
    session = secrets.token_hex(8)
    await open_session(account, session_id=session, browser="Firefox", now=at)
    here = Here(session, secrets.token_hex(8), "Firefox")
    await prove(account, code=code, secret_key=key, here=here, address="10.0.0.1", now=at)


async def two_coordinators() -> list[int]:
    return [await builders.person("coordinator", f"{name}@example.org") for name in ("nadia", "yves")]


async def test_badges_that_were_printed_are_scanned_and_printed_again_and_those_of_the_new_key_beside(day: Day):
    printed, waiting = day.groups
    assert (await phone_roster(day.slot, school=day.school, secret_key=BOTH)).groups == (
        (await phone_roster(day.slot, school=day.school, secret_key=SECRET)).groups
    )
    assert (await phone_roster(day.slot, school=day.school, secret_key=NEW)).groups == ()
    # Adults and spares get theirs now, under the new key; those of before are printed beside.
    for key in (BOTH, SecretKey(THIRD, before=(NEW, SECRET))):
        assert (await sheet_of(printed, secret_key=key, printed_on=START.date()))[:5] == b"%PDF-"
    with pytest.raises(SecretChanged, match="Ceux que vous avez déjà imprimés servent toujours"):
        await sheet_of(printed, secret_key=NEW)
    # No key is asked to let in who wears one.
    assert await scanned(day, day.tokens[0], day.tokens[16]) == ["present", "present"]
    told = await rotate(BOTH, now=NOW)
    assert [(one.kind, one.number) for one in told.standing] == [("badges", 2)]
    assert told.until == await value("SELECT ends_at FROM slots WHERE id = $1", day.slot)
    lost = await rotate(NEW, now=NOW)
    assert (lost.badges.lost, lost.standing) == (2, ())
    anew = await rotate(NEW, anew=True, now=NOW)
    assert anew.badges.lost == 2
    assert (await sheet_of(waiting, secret_key=NEW, printed_on=START.date()))[:5] == b"%PDF-"
    assert await scanned(day, day.tokens[3]) == ["unknown"]
    assert (await rotate(NEW, now=NOW)).badges.lost == 0
    codes = await by_owner("SELECT reservation, count(*), count(DISTINCT short_code) AS apart FROM badges GROUP BY 1")
    assert [one["count"] - one["apart"] for one in codes] == [0, 0]


async def test_passkeys_do_not_depend_on_the_key(db):
    account = await people.someone()
    device = await people.a_passkey_of(account)
    other = await people.someone(session="s5")
    await people.a_passkey_of(other, old="s5", new="s6")
    people_key, people.KEY = people.KEY, NEW
    try:
        await people.sign_in(device.show(await people.asked_to_sign_in()))
        assert await people.proof_of("s9") == "given"
        # A second one, made under the new key, is of the same person to her device.
        again = await people.asked_for_new(account)
        assert again["user"]["id"] == device.handle != (await people.asked_for_new(other))["user"]["id"]
    finally:
        people.KEY = people_key


async def test_a_passkey_from_before_handles_were_kept_signs_in_under_any_key_and_is_known_from_then_on(db):
    account = await people.someone()
    device = await people.a_passkey_of(account)
    await by_owner("UPDATE passkeys SET user_handle = NULL")
    await people.sign_in(device.show(await people.asked_to_sign_in()))
    kept = await value("SELECT user_handle FROM passkeys")
    assert (await people.asked_for_new(account))["user"]["id"] == device.handle
    assert kept is not None


async def test_a_phone_goes_on_showing_codes_and_needs_the_former_key_no_more_once_its_secret_is_sealed(db):
    nadia, yves = await two_coordinators()
    hers, his = [await a_phone(one, salt) for one, salt in zip((nadia, yves), SALTS, strict=True)]
    at = NOW + A_MINUTE
    await give(nadia, hers.at(at), key=BOTH, at=at)
    told = await rotate(BOTH, now=at)
    assert (told.phones["sealed"], told.phones["lost"]) == (1, 0)  # hers was sealed as she came
    at += A_MINUTE
    for account, phone in ((nadia, hers), (yves, his)):
        await give(account, phone.at(at), key=NEW, at=at)
        with pytest.raises(CodeWrong):
            await give(account, phone.at(at), key=NEW, at=at)
    assert (await rotate(NEW, now=at)).phones == {"sealed": 0}


async def test_a_phone_from_before_secrets_were_sealed_goes_on_too(db):
    nadia, yves = await two_coordinators()
    hers, his = [await a_phone(one, salt) for one, salt in zip((nadia, yves), SALTS, strict=True)]
    await SecondProof.update({SecondProof.sealed: None}, force=True)
    several = SecretKey(THIRD, before=(NEW, SECRET))
    told = await rotate(several, now=NOW)
    assert (told.phones["wait"], told.phones["sealed"]) == (2, 0)
    assert "2 secrets sont d'une des clés d'avant sans que l'on sache laquelle" in "\n".join(said(told, anew=False))
    at = NOW + A_MINUTE
    await give(nadia, hers.at(at), key=several, at=at)
    assert (await rotate(several, now=at)).phones["wait"] == 1
    assert (await rotate(BOTH, now=at)).phones["sealed"] == 1  # one key before: his can be of no other
    await give(yves, his.at(at + A_MINUTE), key=NEW, at=at + A_MINUTE)


async def test_a_phone_that_no_key_opens_is_said_and_a_code_on_paper_still_opens(db):
    nadia, yves = await two_coordinators()
    hers = await a_phone(nadia, SALTS[0])
    await a_phone(yves, SALTS[1], key=NEW)
    at = NOW + A_MINUTE
    with pytest.raises(PhoneUnreadable):
        await give(nadia, hers.at(at), key=NEW, at=at)
    await give(nadia, f"aaaaaa{nadia:06}", key=NEW, at=at)
    told = await rotate(NEW, now=NOW)
    assert told.phones["lost"] == 1
    assert said(told, anew=False) == [
        "1 téléphone n'est plus reconnu : un code sur papier ou une clé d'accès le remplace, ou technilab"
        " forget-phone.",
        "SECRET_KEY_BEFORE n'est pas donnée : rien n'attend une clé d'avant.",
    ]


async def subscribed(membership: int, url: str, salt: bytes, *, key: str = SECRET) -> int:
    asked = Subscribe(label="Emploi du temps", url=url, acts=("reservation_booked",))
    own = {"membership": membership, "role": Role.TEACHER, "by": None, "trial": True, "now": NOW}
    return await subscribe(asked, **own, salt=salt, secret_key=key)  # type: ignore[arg-type]


async def tried(webhook: int, membership: int, there, *, key: str) -> tuple[int, set[str]]:
    """How many signatures what arrives bears, and under which of the keys' secrets it is verified."""
    from datetime import UTC, datetime  # noqa: PLC0415 - the library compares with the clock

    now = datetime.now(UTC)
    there.told.clear()
    await send_trial(webhook, membership=membership, now=now)
    assert await deliver_webhooks(Post(trial=True), base_url=BASE, secret_key=key, clock=lambda: now) == 1
    (got,) = there.told
    salt = await value("SELECT salt FROM webhooks WHERE id = $1", webhook)
    fine = set()
    for known in (SECRET, NEW, THIRD):
        try:
            Webhook(webhook_secret(salt, known)).verify(got.body, got.headers)
            fine.add(known)
        except WebhookVerificationError:
            continue
    return len(got.headers["webhook-signature"].split(" ")), fine


async def test_a_subscriber_keeps_its_secret_until_it_takes_the_new_one(db):
    college = await builders.school()
    hers, his = [await builders.membership(await builders.account(), Role.TEACHER, school=college) for _ in range(2)]
    async with receiver() as there:
        webhook, other = [await subscribed(one, there.url, salt) for one, salt in zip((hers, his), SALTS, strict=True)]
        assert await tried(webhook, hers, there, key=SECRET) == (1, {SECRET})
        assert await tried(webhook, hers, there, key=BOTH) == (2, {SECRET, NEW})
        told = await rotate(BOTH, now=NOW)
        assert (told.receivers["sealed"], told.receivers["turning"]) == (2, 2)
        # The former key is taken out: what they hold is sealed under the new one.
        assert await tried(webhook, hers, there, key=NEW) == (2, {SECRET, NEW})
        taken = await take_secret(webhook, membership=hers, by=None, secret_key=NEW, now=NOW)
        assert taken == webhook_secret(SALTS[0], NEW)
        assert await tried(webhook, hers, there, key=NEW) == (1, {NEW})
        assert await tried(other, his, there, key=NEW) == (2, {SECRET, NEW})
        assert await tried(other, his, there, key=SecretKey(THIRD, before=(NEW,))) == (2, {SECRET, THIRD})
        assert await tried(webhook, hers, there, key=SecretKey(THIRD, before=(NEW,))) == (2, {NEW, THIRD})
        # Lost: one signature, which the subscriber has to take.
        assert await tried(other, his, there, key=THIRD) == (1, {THIRD})
        assert (await rotate(THIRD, now=NOW)).receivers["lost"] == 2


async def test_one_from_before_secrets_were_sealed_bears_the_signatures_of_all_keys(db):
    college = await builders.school()
    hers = await builders.membership(await builders.account(), Role.TEACHER, school=college)
    async with receiver() as there:
        webhook = await builders.webhook(membership=hers, url=there.url, acts=("reservation_booked",))
        assert await tried(webhook, hers, there, key=SECRET) == (1, {SECRET})
        assert await tried(webhook, hers, there, key=SecretKey(THIRD, before=(NEW, SECRET))) == (
            3,
            {SECRET, NEW, THIRD},
        )


@pytest.fixture
async def rotated(app, monkeypatch):
    """The application after the key has changed, with the one before beside it, then without."""
    app.state.clock = lambda: NOW

    def under(key: str):
        changed = application(now=lambda: NOW)
        changed.state.settings = replace(read_settings(), secret_key=key)
        return changed

    return under


async def test_the_page_of_a_subscription_shows_the_new_secret_once(app, rotated):
    lycee, account = await builders.school(kind="lycee"), await builders.account("jules@example.org")
    membership = await builders.membership(account, "host", school=lycee)
    await subscribed(membership, "http://127.0.0.1:9/", SALTS[0])
    elsewhere = await builders.membership(await builders.account(), "host", school=lycee)
    other = await subscribed(elsewhere, "http://127.0.0.1:9/", SALTS[1])
    webhook = await value("SELECT id FROM webhooks WHERE membership = $1", membership)
    before = await Browser(app, now=NOW).sign_in(account)
    assert "nouveau secret" not in read(await before.get("/compte/logiciels"))
    host = Browser(rotated(BOTH), now=NOW)
    host.client.cookies = before.client.cookies
    # The page that she had open before the key changed is taken.
    host.csrf = before.csrf
    page = read(await host.get("/compte/logiciels"))
    assert "Donnez à ce logiciel son nouveau secret ; jusque-là, l'ancien sert encore." in page
    assert (await host.post(f"/compte/logiciels/{other}/secret")).status_code == 404
    shown = await host.post(f"/compte/logiciels/{webhook}/secret")
    assert re.findall(r"whsec_[A-Za-z0-9+/=]{44}", shown.text) == [webhook_secret(SALTS[0], NEW)]
    assert "nouveau secret" not in read(await host.get("/compte/logiciels"))
    assert await value("SELECT act FROM events ORDER BY id DESC LIMIT 1") == "webhook_secret_taken"
    lost = Browser(rotated(THIRD), now=NOW)
    lost.client.cookies = before.client.cookies
    assert "Donnez à ce logiciel son nouveau secret : l'ancien ne sert plus." in read(
        await lost.get("/compte/logiciels")
    )


async def test_a_form_that_was_open_is_taken_and_once_the_former_key_is_gone_asked_for_again(app, rotated):
    account = await builders.person("teacher", school=await builders.school())
    before = await Browser(app, now=NOW).sign_in(account)
    for key, status in ((BOTH, {303}), (NEW, {403, 303})):
        browser = Browser(rotated(key), now=NOW)
        browser.client.cookies = before.client.cookies
        browser.csrf = before.csrf
        answer = await browser.post("/compte/autres-sessions/fermeture", {})
        assert answer.status_code in status
        session = browser.client.cookies["technilab"]
        assert csrf_of(session, SECRET) == before.csrf


async def test_a_conversation_is_opened_by_the_links_of_every_key_and_a_first_link_outlives_its_own(db, rotated):
    college, lycee = await builders.school(), await builders.school(kind="lycee")
    claire = await builders.person("teacher", school=college)
    salts = [await value("SELECT gen_random_uuid()") for _ in range(2)]
    who = {"college": college, "lycee": lycee, "awaiting": False, "slot": None, "workshop": None}
    await ask(AskLycee(text="Recevez-vous une Segpa ?"), **who, by=claire, salt=salts[0], secret_key=SECRET, now=NOW)
    marie = await builders.person("teacher", school=college)
    await ask(AskLycee(text="Et une ULIS ?"), **who, by=marie, salt=salts[1], secret_key=SECRET, now=NOW)
    first, later = link_of(salts[0], Side.LYCEE, SECRET), link_of(salts[0], Side.LYCEE, BOTH)
    assert first != later
    for link, key in (
        (first, BOTH),
        (later, BOTH),
        (first, NEW),
        (later, NEW),
        (later, SecretKey(THIRD, before=(NEW,))),
    ):
        found = await conversation_behind(link, secret_key=key)
        assert (found.asked_by, found.side) == (claire, "lycee")
    assert await conversation_behind(later, secret_key=THIRD) is None
    assert "Segpa" in read(await Browser(rotated(NEW), now=NOW).get(f"/questions/{later}"))


async def test_what_still_needs_the_former_key_is_said_by_kind_with_its_last_day(day: Day):
    """Before the key changed a place was proposed, a group asked whether it comes, a question put; and afterwards."""
    college = await builders.school()
    claire = await builders.person("teacher", school=college)
    salt, later = [await value("SELECT gen_random_uuid()") for _ in range(2)]
    who = {"college": college, "lycee": day.school, "awaiting": False, "slot": None, "workshop": None}
    await ask(AskLycee(text="Recevez-vous une Segpa ?"), **who, by=claire, salt=salt, secret_key=SECRET, now=NOW)
    at = NOW + A_MINUTE
    group = await builders.group(school=college)
    lycee, until = await builders.school(kind="lycee"), at + timedelta(days=2)
    slot = await builders.slot(host=lycee, starts_at=START - timedelta(days=7))
    offered = await builders.reservation(slot=slot, group=group, state="offered", hold_until=until, offer_salt=salt)
    notice = """INSERT INTO notices (kind, to_email, about_kind, about, once, created_at, sent_at, state)
    VALUES ($1, 'claire@example.org', 'reservation', $2, $3, $4, $4, 'sent') RETURNING id"""
    await value(notice, "place_offered", offered, "offer", NOW)
    await value(notice, "visit_asked", day.groups[0], "asked", NOW)
    told = await rotate(BOTH, now=at)
    marie = await builders.person("teacher", school=college)
    await ask(AskLycee(text="Et une ULIS ?"), **who, by=marie, salt=later, secret_key=BOTH, now=at + A_MINUTE)
    await value(notice, "visit_asked", day.groups[1], "asked later", at + A_MINUTE)
    again = await rotate(BOTH, now=at + 2 * A_MINUTE)
    for one in (told, again):
        assert {kind.kind: kind.number for kind in one.standing} == {
            **{"badges": 2, "offers": 1, "asked": 1, "questions": 1, "mails": 2},
        }
    lines = said(again, anew=False)
    assert lines[0] == "A encore besoin de la clé d'avant :"
    assert "        1  place proposée par mail, jusqu'au " in "\n".join(lines)
    assert lines[-1].startswith("SECRET_KEY_BEFORE peut être retirée après le jeudi 25 mars 2027, ")
    over = await rotate(BOTH, now=START + timedelta(days=60))
    assert said(over, anew=False) == ["SECRET_KEY_BEFORE peut être retirée."]
    kept = await row("SELECT count(*) AS keys, min(since) AS since FROM site_keys")
    assert (kept["keys"], kept["since"]) == (1, at)
