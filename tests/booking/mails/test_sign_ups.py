"""What a collège's mailbox and a newcomer read; a trial tells no real school."""

from __future__ import annotations

from msgspec.structs import replace

from booking.mails.write import writer
from booking.outbox.notices.deliver import deliver
from booking.outbox.notices.mail_files import demo_mails
from booking.outbox.notices.mailer import mailer_of
from booking.outbox.notices.smtp import SmtpMailer
from booking.people.accounts.sign_in import enter
from booking.people.company_requests.ask import AskToJoin, ask_to_join, welcome
from booking.people.sign_ups.sign_up import AskSignUp, ask_sign_up, prove
from booking.process.settings import read_settings
from booking.visits.newcomers.answer import confirm, refuse
from booking.visits.reservations.book import book
from booking.words.wording import moment
from tests import builders
from tests.booking.mails.story import text_of
from tests.booking.visits.reservations.demands import SECRET, a_demand
from tests.builders import NOW
from tests.smtp import post_office
from tests.telling import tell
from workshops.database import row, value

SETTINGS = read_settings()
MAILBOX = "ce.0250010a@ac-besancon.fr"


async def signs_up(email: str, *, next_path: str = "/") -> None:
    await builders.academie(trusted_domains=["ac-besancon.fr"])
    college = await builders.school(name="Collège Stendhal", commune="Besançon", mail=MAILBOX)
    asked = {"token": "un-lien", "next_path": next_path, "address": "10.0.0.1", "now": NOW}
    await ask_sign_up(AskSignUp(name="Claire Renaud", email=email, school=college), **asked)
    await prove("un-lien", session_id="s", answer_token="sa-reponse", browser="", address="10.0.0.1", now=NOW)


async def test_the_mailbox_reads_who_asks_and_answers_by_a_link(db):
    await signs_up("claire.renaud@ac-besancon.fr")
    async with post_office() as office:
        await deliver(SmtpMailer(office.url), writer(SETTINGS), mail_from=SETTINGS.mail_from, now=NOW)
        [mail] = [one for one in office.mails if one.to == [MAILBOX]]
    assert str(mail.message["Subject"]) == "Un enseignant de votre collège s'inscrit à Technilab"
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Cette personne dit enseigner dans votre établissement, Collège Stendhal, et veut réserver des visites"
        " d'atelier en lycée pour ses élèves.\n\n"
        "Qui : Claire Renaud\n"
        "Son adresse : claire.renaud@ac-besancon.fr\n"
        "Répondre avant : mercredi 10 février 2027\n\n"
        "Dites si elle est des vôtres. D'ici là, rien n'est réservé en votre nom. Sans réponse, sa demande est"
        " effacée.\n\n"
        "Répondre :\n"
        "http://127.0.0.1:8000/inscription/college/sa-reponse\n"
    )


async def test_the_mailbox_reads_until_when_the_places_that_she_asked_for_are_held(db):
    await signs_up("claire.renaud@ac-besancon.fr")
    college, account = await row("SELECT school, account FROM memberships")
    group = await builders.group(school=college, teacher=account)
    demand = a_demand(await builders.slot(), group, school=college, by=account, token="plus-tot")
    await book(replace(demand, awaiting=True), now=NOW)
    until = await value("SELECT hold_until FROM reservations")
    async with post_office() as office:
        await deliver(SmtpMailer(office.url), writer(SETTINGS), mail_from=SETTINGS.mail_from, now=NOW)
        mail = [one for one in office.mails if one.to == [MAILBOX]][-1]
    assert str(mail.message["Subject"]) == "À répondre avant le jeudi 21 janvier 2027 : un enseignant de votre collège"
    lines = text_of(mail).split("\n")
    assert lines[2:] == [
        "Cette personne dit enseigner dans votre établissement, Collège Stendhal, et demande une visite d'atelier en"
        " lycée pour ses élèves.",
        "",
        "Qui : Claire Renaud",
        "Son adresse : claire.renaud@ac-besancon.fr",
        "Déjà demandé : 1 visite",
        f"Répondre avant : {moment(until)}",
        "",
        "Dites si elle est des vôtres : les places sont tenues jusque-là, puis rendues. Sans réponse, sa demande est"
        " effacée.",
        "",
        "Répondre :",
        "http://127.0.0.1:8000/inscription/college/plus-tot",
        "",
    ]


async def test_who_is_confirmed_before_she_asked_for_anything_enters_by_the_mail_where_she_was(db):
    await signs_up("claire@orange.example", next_path="/creneaux?niveau=4e&eleves=24")
    await confirm(
        await value("SELECT id FROM sign_ups"), by=None, new_token=lambda: "son-entree", secret_key=SECRET, now=NOW
    )
    async with post_office() as office:
        await deliver(SmtpMailer(office.url), writer(SETTINGS), mail_from=SETTINGS.mail_from, now=NOW)
        [mail] = office.mails
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Votre inscription est confirmée : Collège Stendhal, Besançon.\n\n"
        "Choisissez un créneau et réservez-le. Entrez par ce lien, sans mot de passe : il sert une fois, jusqu'au lundi"
        " 18 janvier 2027.\n\n"
        "Entrer et réserver :\n"
        "http://127.0.0.1:8000/connexion/son-entree\n"
    )
    entered = {"session_id": "s", "browser": "", "address": "10.0.0.1", "now": NOW}
    assert await enter("son-entree", **entered) == "/creneaux?niveau=4e&eleves=24"


async def test_who_had_asked_for_a_visit_is_sent_to_her_visits(db):
    await signs_up("claire.renaud@ac-besancon.fr")
    college, account = await row("SELECT school, account FROM memberships")
    group = await builders.group(school=college, teacher=account)
    await book(a_demand(await builders.slot(), group, school=college, by=account), now=NOW)
    await confirm(await value("SELECT id FROM sign_ups"), by=None, new_token=lambda: "visa", secret_key=SECRET, now=NOW)
    async with post_office() as office:
        await deliver(SmtpMailer(office.url), writer(SETTINGS), mail_from=SETTINGS.mail_from, now=NOW)
        [mail] = [one for one in office.mails if "confirmée" in str(one.message["Subject"])]
    lines = text_of(mail).split("\n")
    assert lines[4].startswith("Ce que vous aviez demandé suit son cours. Vous entrez avec votre adresse")
    assert lines[-3:-1] == ["Voir mes visites :", "http://127.0.0.1:8000/connexion?next=/mes-visites"]


async def test_an_answered_sign_up_is_not_asked_about_any_more(db):
    await signs_up("claire.renaud@ac-besancon.fr")
    await refuse(await value("SELECT id FROM sign_ups"), by=None, now=NOW)
    async with post_office() as office:
        await deliver(SmtpMailer(office.url), writer(SETTINGS), mail_from=SETTINGS.mail_from, now=NOW)
        assert [one.to for one in office.mails] == [["claire.renaud@ac-besancon.fr"]]
        assert str(office.mails[0].message["Subject"]) == "Votre inscription à Technilab n'est pas confirmée"


async def test_a_trial_tells_no_real_college_of_a_sign_up_whatever_its_server(db, tmp_path):
    await signs_up("claire@example.org")
    async with post_office() as office:
        settings = replace(SETTINGS, demo=True, smtp_url=office.url, data_dir=tmp_path)
        await deliver(mailer_of(settings), writer(settings), mail_from=settings.mail_from, now=NOW)
        assert [one.to for one in office.mails] == []
    assert [one.to for one in demo_mails(tmp_path)] == [f"Collège Stendhal <{MAILBOX}>"]


async def test_the_teachers_of_her_college_read_once_that_she_waits_and_nobody_else_does(db):
    await builders.academie(trusted_domains=["ac-besancon.fr"])
    college = await builders.school(name="Collège Stendhal", commune="Besançon", mail=MAILBOX)
    away, lycee = await builders.school(), await builders.school(kind="lycee")
    for email, role, where, more in (
        ("marc@example.org", "teacher", college, {}),
        ("anne@example.org", "teacher", college, {}),
        ("gone@example.org", "teacher", college, {"disabled_at": NOW}),
        ("head@example.org", "principal", college, {}),
        ("other@example.org", "teacher", away, {}),
        ("host@example.org", "host", lycee, {}),
    ):
        await builders.person(role, email, school=where, **more)
    waiting = await builders.account("waiting@example.org")
    await builders.membership(waiting, "teacher", school=college, awaiting=True)
    for n in range(2):
        asked = {"token": f"lien-{n}", "next_path": "/", "address": "10.0.0.1", "now": NOW}
        await ask_sign_up(AskSignUp(name="Claire Renaud", email="claire@ac-besancon.fr", school=college), **asked)
    for n in range(2):
        await prove(f"lien-{n}", session_id=f"s{n}", answer_token=f"r{n}", browser="", address="10.0.0.1", now=NOW)
    await tell()
    async with post_office() as office:
        await deliver(SmtpMailer(office.url), writer(SETTINGS), mail_from=SETTINGS.mail_from, now=NOW)
        mails = [one for one in office.mails if "attend votre réponse" in str(one.message["Subject"])]
    assert sorted(one.to for one in mails) == [["anne@example.org"], ["marc@example.org"]]
    assert str(mails[0].message["Subject"]) == "Un collègue attend votre réponse : Collège Stendhal"
    assert text_of(mails[0]) == (
        "Bonjour,\n\n"
        "Cette personne dit enseigner dans votre établissement, Collège Stendhal.\n\n"
        "Qui : Claire Renaud\n"
        "Son adresse : claire@ac-besancon.fr\n\n"
        "Si vous la connaissez, confirmez-la. La boîte officielle du collège a reçu la même question ; une seule"
        " réponse suffit.\n\n"
        "Voir les collègues :\n"
        "http://127.0.0.1:8000/mon-college/collegues\n"
    )


async def test_where_the_college_has_no_mailbox_no_letter_says_that_it_was_asked(db):
    """Two collèges with a teacher each; the other one has its mailbox."""
    college = await builders.school(name="Collège Pasteur", commune="Dole", mail="")
    await builders.person("teacher", "marc@example.org", school=college)
    await signs_up("claire.renaud@ac-besancon.fr")
    other = await value("SELECT school FROM sign_ups")
    await builders.person("teacher", "anne@example.org", school=other)
    asked = {"token": "lien-2", "next_path": "/", "address": "10.0.0.1", "now": NOW}
    await ask_sign_up(AskSignUp(name="Inès Roy", email="ines@ac-besancon.fr", school=college), **asked)
    await prove("lien-2", session_id="t", answer_token="b", browser="", address="10.0.0.1", now=NOW)
    ines = await value("SELECT id FROM accounts WHERE email = 'ines@ac-besancon.fr'")
    group = await builders.group(school=college, teacher=ines)
    demand = a_demand(await builders.slot(), group, school=college, by=ines)
    visit = await book(replace(demand, awaiting=True), now=NOW)
    assert visit.state == "requested"
    await tell()
    async with post_office() as office:
        await deliver(SmtpMailer(office.url), writer(SETTINGS), mail_from=SETTINGS.mail_from, now=NOW, limit=100)
        told = {one.to[0]: text_of(one) for one in office.mails if "Inscription" not in str(one.message["Subject"])}
    official = "La boîte officielle du collège a reçu la même question"
    assert [official in told[to] for to in ("anne@example.org", "marc@example.org")] == [True, False]
    assert "Si vous la connaissez, confirmez-la" in told["marc@example.org"]
    hers = told["ines@ac-besancon.fr"]
    assert ("à son adresse officielle" in hers, "Un collègue déjà inscrit ou la coordination" in hers) == (False, True)


async def test_her_colleagues_are_not_asked_about_who_has_her_answer(db):
    await signs_up("claire.renaud@ac-besancon.fr")
    await builders.person("teacher", "marc@example.org", school=await value("SELECT school FROM sign_ups"))
    await tell()
    await confirm(
        await value("SELECT id FROM sign_ups"), by=None, new_token=lambda: "son-entree", secret_key=SECRET, now=NOW
    )
    async with post_office() as office:
        await deliver(SmtpMailer(office.url), writer(SETTINGS), mail_from=SETTINGS.mail_from, now=NOW)
        assert [one for one in office.mails if one.to == ["marc@example.org"]] == []


async def accepted(**luc: object) -> str:
    nadia = await builders.account("nadia@example.org")
    if luc:
        await builders.account("luc@example.org", **luc)
    told = {"company_name": "Scierie du Haut", "commune": "Pontarlier", "contact_name": "Luc Petit"}
    asked = {"siret": "55208131766522", "email": "luc@example.org", "proposal": "Deux techniciens témoignent."}
    await ask_to_join(AskToJoin(**told, **asked), address="10.0.0.1", now=NOW)
    await welcome(await value("SELECT id FROM company_requests"), by=nadia, token="son-jeton", now=NOW)
    async with post_office() as office:
        await deliver(SmtpMailer(office.url), writer(SETTINGS), mail_from=SETTINGS.mail_from, now=NOW)
        [mail] = [one for one in office.mails if one.to == ["luc@example.org"]]
    assert str(mail.message["Subject"]) == "Votre entreprise est accueillie dans Technilab"
    return text_of(mail)


async def test_a_company_that_is_accepted_reads_what_it_may_do_and_has_its_way_in(db):
    assert await accepted() == (
        "Bonjour,\n\n"
        "La coordination accepte votre demande : Scierie du Haut est accueillie dans Technilab.\n\n"
        "Entrez par ce lien, sans mot de passe : il sert une fois, jusqu'au lundi 18 janvier 2027. Vous choisirez une"
        " séance et direz avec qui vous venez.\n\n"
        "Entrer et choisir une séance :\n"
        "http://127.0.0.1:8000/connexion/son-jeton\n"
    )


async def test_who_signs_in_already_is_sent_to_the_sessions(db):
    assert (await accepted(last_seen_at=NOW)).endswith(
        "Choisissez une séance et dites avec qui vous venez.\n\n"
        "Choisir une séance :\n"
        "http://127.0.0.1:8000/connexion?next=/seances\n"
    )
