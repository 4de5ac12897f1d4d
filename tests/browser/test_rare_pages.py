"""The pages that need something to have happened first: a visa asked, a scan, a mail, a wrong answer, a refusal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from uuid import uuid4

import pytest
from playwright.async_api import expect
from pyotp import TOTP

from booking.outbox.notices.mail_files import MAIL_FOLDER
from booking.people.accounts.rules import hash_of
from booking.process.settings import read_settings
from booking.visits.questions.rules import Side, link_of
from booking.visits.questions.write import AskLycee, ask
from booking.visits.reservations.mailed_links import offer_token
from booking.visits.reservations.whether_it_comes import coming_link
from tests import builders
from tests.browser.judge import everything_wrong
from tests.browser.world import a_whole_world
from workshops.database import value

pytestmark = pytest.mark.browser


async def test_the_principal_s_page(db, browse):
    world = await a_whole_world()
    await value("UPDATE reservations SET state = 'requested' WHERE id = $1", world["reservation"])
    await value(
        "INSERT INTO approvals (reservation, token_hash) VALUES ($1, $2) RETURNING id",
        world["reservation"],
        hash_of("un-visa"),
    )
    page = await browse("/visa/un-visa")
    assert await page.locator("button").count() == 2
    assert await everything_wrong(page) == []


async def test_the_page_of_an_offered_place(db, browse):
    world = await a_whole_world()
    salt = uuid4()
    await value(
        """UPDATE reservations SET state = 'offered', hold_until = now() + interval '2 days', offer_salt = $2,
             booked_by = $3 WHERE id = $1 RETURNING id""",
        world["reservation"],
        salt,
        await builders.account(),
    )
    page = await browse(f"/offre/{offer_token(salt, read_settings().secret_key)}")
    assert await page.locator("main h1").inner_text() == "Une place est proposée à votre groupe"
    assert await everything_wrong(page) == []


async def test_what_a_group_asks_for(db, browse):
    world = await a_whole_world()
    group = await value('SELECT "group" FROM reservations WHERE id = $1', world["reservation"])
    above = await builders.demand(group, sentence=3, km=40, lines=3, pupils=24, adults=2)
    year = datetime.now(UTC).year + 1
    for line, day in ((1, 23), (2, 24)):
        slot = await builders.slot(starts_at=datetime(year, 3, day, 8, tzinfo=UTC))
        more = {"demand": above, "line": line, "by": world["teacher"]}
        await builders.reservation(slot=slot, group=group, state="waiting", **more)
    page = await browse(f"/demandes/{above}", signed_in=world["teacher"])
    assert await page.get_by_role("listitem").filter(has_text="choix").count() == 3
    assert await everything_wrong(page) == []


@pytest.mark.parametrize("width", [390, 1280])
async def test_what_a_group_asks_for_once_its_slots_are_lost(db, browse, width):
    world = await a_whole_world()
    group = await value('SELECT "group" FROM reservations WHERE id = $1', world["reservation"])
    now = datetime.now(UTC)
    lost = [await builders.slot(starts_at=now + timedelta(days=days)) for days in (40, 41)]
    above = await builders.demand(
        group, sentence=3, km=40, lines=3, level="4e", pupils=24, adults=2, asked_by=world["teacher"], passed_over=lost,
        passed_why="Les réservations de ce créneau sont closes.", ends_at=now + timedelta(days=60),
    )  # fmt: skip
    page = await browse(f"/demandes/{above}", signed_in=world["teacher"], width=width)
    await expect(page.get_by_role("heading", name="Vos créneaux ne sont plus possibles")).to_be_visible()
    assert await everything_wrong(page) == []
    for where in (f"/mes-groupes/{group}", "/mes-visites"):
        page = await browse(where, signed_in=world["teacher"], width=width)
        await expect(page.locator(f"a[href='/demandes/{above}']")).to_be_visible()
        assert await everything_wrong(page) == []


async def test_the_page_that_asks_whether_a_group_comes(db, browse):
    world = await a_whole_world()
    on = await value(
        """UPDATE reservations SET state = 'confirmed', booked_by = $2 WHERE id = $1
           RETURNING (starts_at AT TIME ZONE 'Europe/Paris')::date""",
        world["reservation"],
        await builders.account(),
    )
    page = await browse(await coming_link(world["reservation"], on, secret_key=read_settings().secret_key))
    assert await page.locator("main h1").inner_text() == "Venez-vous toujours\N{NO-BREAK SPACE}?"
    assert await everything_wrong(page) == []
    await page.locator("summary", has_text="Nous ne pouvons pas").click()
    assert await everything_wrong(page) == []


async def test_the_page_that_takes_a_scan_back(db, browse):
    world = await a_whole_world()
    now, scan = datetime.now(UTC), uuid4()
    badge = await value(
        """SELECT b.id FROM badges b JOIN reservations r ON r.id = b.reservation
           WHERE r.slot = $1 AND b.number = 3""",
        world["under_way"],
    )
    await value(
        """INSERT INTO scans (id, slot, badge, result, first_scanned_at, scanned_at, received_at)
           VALUES ($1, $2, $3, 'present', $4, $4, $4) RETURNING id""",
        scan,
        world["under_way"],
        badge,
        now,
    )
    await value(
        """INSERT INTO presences (badge, slot, scan, first_scanned_at)
           VALUES ($1, $2, $3, $4) RETURNING id""",
        badge,
        world["under_way"],
        scan,
        now,
    )
    page = await browse(f"/accueil/{world['under_way']}/pointages/{scan}/annulation", signed_in=world["host"])
    assert await page.locator("h1").inner_text() == "Annuler le pointage du numéro 3\u00a0?"
    assert await everything_wrong(page) == []


@pytest.fixture
def a_mail(site):
    """The name of a mail that the trial has sent, its link longer than a phone is wide."""
    mail = EmailMessage()
    mail["Subject"] = "Votre lien de connexion"
    mail["To"] = "Claire Renaud <claire.renaud@example.org>"
    mail["Date"] = "Mon, 11 Jan 2027 09:00:00 +0100"
    mail.set_content("Bonjour,\n\nhttp://127.0.0.1:8000/connexion/abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLM\n")
    file = site.data_dir / MAIL_FOLDER / "20270111-rare.eml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(mail.as_bytes())
    yield file.name
    file.unlink()


async def test_a_mail_of_the_trial(db, browse, a_mail):
    page = await browse(f"/demo/courrier/{a_mail}")
    assert await page.locator("h1").inner_text() == "Votre lien de connexion"
    assert await everything_wrong(page) == []


async def test_a_visit_as_its_teacher_reads_it_afterwards(db, browse):
    world = await a_whole_world()
    past = await value("SELECT id FROM reservations WHERE state = 'attended'")
    page = await browse(f"/reservations/{past}", signed_in=world["teacher"])
    asked = await everything_wrong(page)
    for answer in await page.get_by_label("Oui").all():
        await answer.check()
    await page.get_by_role("button", name="Envoyer mes réponses").click()
    assert await page.locator("[role=status] p").inner_text() == "Vos réponses sont comptées, sans nom. Merci !"
    assert (asked, await everything_wrong(page)) == ([], [])


@pytest.mark.parametrize("width", [320, 390, 1280])
async def test_a_word_is_written_after_a_visit_by_keyboard_and_a_company_reads_it(db, browse, width):
    slot = await builders.slot(starts_at=datetime.now(UTC) - timedelta(hours=6))
    college, company = await builders.school(), await builders.company()
    teacher = await builders.person("teacher", school=college)
    visit = await builders.reservation(
        slot=slot, group=await builders.group(school=college), by=teacher, state="attended"
    )
    await builders.turnout(slot=slot, school=college, group_ref=visit, counted=22)
    coming = await builders.attendance(slot=slot, company=company)
    await builders.company_turnout(slot=slot, company=company)
    lamp = await builders.tech_object(name="Lampe")
    await builders.build(slot=slot, tech_object=lamp, group_ref=visit)
    await value("UPDATE slots SET state = 'done', closed_at = now() WHERE id = $1 RETURNING id", slot)
    page = await browse(f"/reservations/{visit}", signed_in=teacher, width=width)
    assert await everything_wrong(page) == []
    await page.get_by_label("Un mot pour le lycée et les entreprises").focus()
    await page.keyboard.type("Merci de la part de toute la classe.")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.get_by_text("Votre mot se lit au lycée et chez les entreprises venues.").wait_for()
    page = await browse(f"/venues/{coming}", signed_in=await builders.person("company", company=company), width=width)
    await page.get_by_text("« Merci de la part de toute la classe. »").wait_for()
    assert await everything_wrong(page) == []


async def test_a_closed_visit_and_an_unfinished_workshop(db, browse):
    world = await a_whole_world()
    page = await browse(f"/accueil/{world['closed']}", signed_in=world["host"])
    closed = await everything_wrong(page)
    await page.goto(f"/lycee/ateliers/{world['draft']}")
    assert (closed, await everything_wrong(page)) == ([], [])


async def test_a_target_to_change(db, browse):
    world = await a_whole_world()
    page = await browse("/gestion/objectifs", signed_in=world["coordinator"])
    await page.get_by_role("link", name="Changer").first.click()
    await expect(page.locator("form button.btn-primary")).to_have_count(1)
    assert await everything_wrong(page) == []


async def test_a_reservation_to_correct_keeps_what_was_typed(db, browse):
    world = await a_whole_world()
    other = await builders.slot(seats=24, starts_at=datetime(datetime.now(UTC).year + 1, 3, 24, 8, tzinfo=UTC))
    page = await browse(f"/creneaux/{other}/reserver", signed_in=world["teacher"])
    await page.get_by_label("Élèves qui viennent").fill("500")
    await page.get_by_label("Adultes qui accompagnent").fill("3")
    await page.get_by_role("button", name="Réserver pour").click()
    assert await page.locator(".errors h2").inner_text() == "1 réponse à corriger"
    assert await page.get_by_label("Élèves qui viennent").input_value() == "500"
    assert await page.get_by_label("Adultes qui accompagnent").input_value() == "3"
    assert await everything_wrong(page) == []
    browse.complaints.clear()


async def test_the_pages_that_say_no(db, browse):
    world = await a_whole_world()
    page = await browse("/nulle-part", signed_in=world["teacher"])
    unknown = await everything_wrong(page)
    await page.goto("/visa/inconnu")
    assert (unknown, await everything_wrong(page)) == ([], [])
    browse.complaints.clear()


async def test_the_page_that_asks_for_the_phone_s_code(db, browse):
    world = await a_whole_world()
    await value(
        "INSERT INTO second_proofs (account, salt, since) VALUES ($1, $2, now()) RETURNING id",
        world["teacher"],
        b"sixteen bytes of",
    )
    page = await browse("/mes-visites", signed_in=world["teacher"])
    assert await page.locator("h1").inner_text() == "Code du téléphone"
    assert await everything_wrong(page) == []


async def test_the_page_that_shows_the_codes_to_keep_on_paper(db, browse):
    world = await a_whole_world()
    page = await browse("/compte/telephone", signed_in=world["teacher"])
    secret = await page.locator("code").text_content()
    await page.fill("#code", TOTP(secret).now())
    await page.click("text=Enregistrer ce téléphone")
    await expect(page.locator(".rescue-codes li")).to_have_count(8)
    assert await everything_wrong(page) == []


async def test_the_pages_that_a_college_s_mailbox_and_its_principal_open_by_link(db, browse):
    await a_whole_world()
    college = await value("SELECT id FROM schools WHERE name = 'Collège Stendhal'")
    await value(
        """UPDATE schools SET principal_name = 'Mme Perrin', principal_mail = 'perrin@example.org', principal_link = $2,
             needs_approval = true, visa_end_link = $3 WHERE id = $1 RETURNING id""",
        college,
        hash_of("une-adresse"),
        hash_of("une-fin"),
    )
    await value(
        """INSERT INTO outing_pages (school, token_hash, given_at, ends_at)
           VALUES ($1, $2, now(), now() + interval '1 day') RETURNING id""",
        college,
        hash_of("des-sorties"),
    )
    page = await browse("/visa/adresse/une-adresse")
    assert await page.locator("main h1").inner_text() == "Est-ce l'adresse de votre chef d'établissement\u00a0?"
    asked = await everything_wrong(page)
    await page.get_by_role("button", name="Confirmer cette adresse").click()
    answered = await everything_wrong(page)
    await page.goto("/sorties/des-sorties")
    assert await page.locator("main h1").inner_text() == "Sorties TECHNILAB du collège"
    assert (asked, answered, await everything_wrong(page)) == ([], [], [])
    await page.goto("/visa/fin/une-fin")
    assert await page.locator("main button").count() == 2
    ending = await everything_wrong(page)
    await page.get_by_role("button", name="Garder le visa").click()
    assert (ending, await everything_wrong(page)) == ([], [])


async def test_a_question_as_each_side_reads_it(db, browse):
    world = await a_whole_world()
    secret_key, salt = read_settings().secret_key, uuid4()
    college, lycee = [
        await value("SELECT school FROM memberships WHERE account = $1", world[role]) for role in ("teacher", "host")
    ]
    asked = AskLycee(
        text="Recevez-vous une classe de 27 élèves en deux moitiés ?",
        wished_on=datetime.now(UTC).date() + timedelta(days=60),
    )
    await ask(
        asked,
        college=college,
        lycee=lycee,
        by=world["teacher"],
        awaiting=False,
        slot=world["slot"],
        workshop=world["workshop"],
        salt=salt,
        secret_key=secret_key,
        now=datetime.now(UTC),
    )
    page = await browse(f"/questions/{link_of(salt, Side.LYCEE, secret_key)}")
    await page.get_by_label("Votre message").fill("Oui, le matin et l'après-midi.")
    await page.get_by_label("Proposer un de vos créneaux").select_option(index=1)
    wrong = await everything_wrong(page)
    await page.get_by_role("button", name="Envoyer le message").click()
    await page.goto(f"/questions/{link_of(salt, Side.TEACHER, secret_key)}")
    assert await page.locator("ol li").count() == 2
    assert (wrong, await everything_wrong(page)) == ([], [])


async def test_the_page_by_which_she_says_that_a_new_key_was_not_hers(db, browse):
    world = await a_whole_world()
    await value(
        """INSERT INTO not_me_links (token_hash, account, made_at, expires_at)
           VALUES ($1, $2, now(), now() + interval '1 day') RETURNING id""",
        hash_of("pas-moi"),
        world["teacher"],
    )
    page = await browse("/compte/ce-n-etait-pas-moi/pas-moi")
    assert await page.locator("main button").count() == 1
    asked = await everything_wrong(page)
    await page.locator("main button").click()
    assert (asked, await everything_wrong(page)) == ([], [])


async def test_the_page_where_a_colleague_accepts_to_receive(db, browse):
    world = await a_whole_world()
    await value(
        """INSERT INTO host_invitations (email, name, school, invited_by, token_hash, asked_at, sent_at, expires_at)
           SELECT 'anne.roy@example.org', 'Anne Roy', school, account, $2, now(), now(), now() + interval '1 day'
           FROM memberships WHERE account = $1 RETURNING id""",
        world["host"],
        hash_of("une-invitation"),
    )
    page = await browse("/invitations/une-invitation")
    assert await page.locator("main button").count() == 1
    assert await everything_wrong(page) == []
