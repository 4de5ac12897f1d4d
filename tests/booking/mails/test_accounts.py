"""What someone reads who wants to come in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.mails.write import writer
from booking.outbox.notices.deliver import deliver
from booking.outbox.notices.smtp import SmtpMailer
from booking.people.accounts.invite import Invite, invite
from booking.people.accounts.sign_in import ask_link, enter
from booking.process.settings import read_settings
from tests.booking.mails.story import text_of, told
from tests.booking.outbox.notices.outbox import held
from tests.builders import NOW, account, membership, school, webhook
from tests.smtp import Taken, post_office
from tests.telling import tell
from workshops.database import rows, value

SETTINGS = read_settings()


async def posted(*, minutes: int) -> list[Taken]:
    async with post_office() as office:
        now = NOW + timedelta(minutes=minutes)
        await deliver(SmtpMailer(office.url), writer(SETTINGS), mail_from=SETTINGS.mail_from, now=now)
        return office.mails


async def asks_for_a_link() -> None:
    await membership(await account("claire@example.org"), "coordinator")
    await ask_link("claire@example.org", token="un-jeton", next_path="/", address="192.0.2.1", now=NOW)


async def test_a_link_arrives_with_its_end_and_is_forgotten_here(db):
    await asks_for_a_link()
    [mail] = await posted(minutes=1)
    assert str(mail.message["Subject"]) == "Votre lien de connexion à Technilab"
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Voici votre lien pour entrer dans Technilab : il sert une fois, jusqu'à 9 h 10.\n\n"
        "Ouvrez-le sur l'appareil où vous voulez travailler.\n\n"
        "Entrer dans Technilab :\n"
        "http://127.0.0.1:8000/connexion/un-jeton\n"
    )
    assert await held("state", "secret") == [("sent", "")]


async def test_a_link_that_is_too_old_is_not_sent(db):
    await asks_for_a_link()
    assert await posted(minutes=10) == []
    assert await held("state", "secret") == [("dropped", "")]


async def test_a_link_that_has_served_is_not_sent(db):
    await asks_for_a_link()
    await enter("un-jeton", session_id="s", browser="", address="192.0.2.1", now=NOW)
    assert await posted(minutes=1) == []


async def test_someone_invited_reads_as_what_and_where(db):
    claire = await account("claire@example.org")
    await membership(claire, "teacher", school=await school(name="Collège Stendhal"))
    mail = await told("invited", claire)
    assert mail is not None
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Vous pouvez entrer dans Technilab avec votre adresse claire@example.org, sans mot de passe.\n\n"
        "Enseignant : Collège Stendhal, Besançon\n\n"
        "Demandez un lien de connexion : il arrive aussitôt à cette adresse.\n\n"
        "Demander un lien :\n"
        "http://127.0.0.1:8000/connexion\n"
    )


async def test_someone_invited_who_never_came_has_her_way_in(db):
    college = await school(name="Collège Stendhal")
    uai = await value("SELECT uai FROM schools WHERE id = $1", college)
    await invite(Invite(email="claire@example.org", role="teacher", school=uai), token="son-jeton", now=NOW)
    [mail] = await posted(minutes=1)
    assert text_of(mail).split("\n")[2:] == [
        "Vous pouvez entrer dans Technilab avec votre adresse claire@example.org, sans mot de passe.",
        "",
        "Enseignant : Collège Stendhal, Besançon",
        "",
        "Entrez par ce lien : il sert une fois, jusqu'au lundi 18 janvier 2027. Ensuite, la page de connexion vous en"
        " envoie un autre.",
        "",
        "Entrer dans Technilab :",
        "http://127.0.0.1:8000/connexion/son-jeton",
        "",
    ]
    assert await enter("son-jeton", session_id="s", browser="", address="192.0.2.1", now=NOW) == "/"


async def test_a_coordinator_asks_for_her_link_herself(db):
    await invite(Invite(email="nadia@example.org", role="coordinator"), token="son-jeton", now=NOW)
    [mail] = await posted(minutes=1)
    assert "http://127.0.0.1:8000/connexion\n" in text_of(mail)
    assert await value("SELECT count(*) FROM sign_in_links") == 0


async def test_whose_account_serves_no_more_reads_until_when_and_how_to_keep_it(db):
    claire = await account("claire@example.org", created_at=NOW - timedelta(days=701), warned_at=NOW)
    mail = await told("account_idle", claire)
    assert mail is not None
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Vous n'êtes pas venu dans Technilab depuis longtemps : votre compte sera effacé après le mercredi 10 février"
        " 2027.\n\n"
        "Pour le garder, connectez-vous une fois avant cette date. Sinon, il n'y a rien à faire : votre nom et votre"
        " adresse disparaissent.\n\n"
        "Garder mon compte :\n"
        "http://127.0.0.1:8000/connexion\n"
    )


async def test_who_came_back_meanwhile_is_not_told_that_her_account_ends(db):
    claire = await account("claire@example.org", warned_at=NOW - timedelta(days=1), last_seen_at=NOW)
    assert await told("account_idle", claire) is None


async def a_passkey(account: int) -> int:
    return await value(
        """INSERT INTO passkeys (account, credential_id, public_key, label, created_at)
           VALUES ($1, 'c', 'k', 'Téléphone de Claire', $2) RETURNING id""",
        account,
        NOW,
    )


async def a_key(account: int) -> int:
    teaches = await membership(account, "teacher", school=await school())
    return await value(
        """INSERT INTO api_tokens (token_hash, account, membership, label, created_at, expires_at, writes)
           VALUES ('k', $1, $2, 'Emploi du temps', $3, $4, true) RETURNING id""",
        *(account, teaches, NOW, NOW + timedelta(days=90)),
    )


async def a_phone(account: int) -> int:
    return await value(
        "INSERT INTO second_proofs (account, salt, since) VALUES ($1, 's', $2) RETURNING id", account, NOW
    )


@pytest.mark.parametrize(
    ("kind", "made", "sentence"),
    [
        (
            "access//key",
            a_key,
            "Une clé de l'API, « Emploi du temps », lit et agit à votre place dans Technilab jusqu'au dimanche 11 avril"
            " 2027.",
        ),
        (
            "access//phone",
            a_phone,
            "Un téléphone est enregistré pour votre compte Technilab : son code est demandé à chaque connexion par"
            " mail.",
        ),
        (
            "access//passkey",
            a_passkey,
            "La clé d'accès « Téléphone de Claire » ouvre maintenant votre compte Technilab.",
        ),
    ],
)
async def test_what_opens_an_account_otherwise_is_told_in_one_sentence_with_the_way_to_say_that_it_was_not_her(
    db, kind, made, sentence
):
    mail = await told(kind, await made(await account("claire@example.org")), secret="son-lien")
    assert mail is not None
    assert text_of(mail) == (
        f"Bonjour,\n\n{sentence}\n\n"
        "Fait : lundi 11 janvier 2027, 9 h 00\n\n"
        "Si c'est bien vous, il n'y a rien à faire. Sinon, dites-le : toutes vos sessions et vos clés se ferment.\n\n"
        "Ce n'était pas moi :\n"
        "http://127.0.0.1:8000/compte/ce-n-etait-pas-moi/son-lien\n"
    )


async def test_a_passkey_that_is_gone_already_is_told_by_the_mail_of_its_removal_alone(db):
    claire = await account("claire@example.org")
    assert await told("access//passkey", 1) is None
    mail = await told("access//passkey_removed", claire)
    assert mail is not None
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Une clé d'accès vient d'être retirée de votre compte Technilab : son appareil n'entre plus par elle.\n\n"
        "Vous n'y êtes pour rien ? Fermez les autres sessions dans votre compte, puis prévenez la coordination.\n\n"
        "Ouvrir mon compte :\n"
        "http://127.0.0.1:8000/compte\n"
    )


async def test_an_account_that_was_closed_is_not_invited(db):
    claire = await account("claire@example.org", disabled_at=NOW)
    await membership(claire, "coordinator")
    assert await told("invited", claire) is None


async def test_a_kind_that_nobody_writes_fails_in_sight(db):
    assert await told("sing_in", 1) is None
    assert await held("state") == [("failed",)]
    await tell()
    assert await rows("SELECT 1 FROM notices WHERE last_error LIKE 'Le message n''a pas pu être écrit%'") != []


async def test_who_subscribed_a_program_that_does_not_answer_reads_what_to_do(db):
    host = await membership(await account("jules@example.org"), "coordinator")
    paused = {"paused_at": NOW, "paused_why": "failing", "label": "Emploi du temps"}
    made = await webhook(membership=host, url="https://agenda.example.org/t", acts=(), **paused)
    mail = await told("webhook_paused", made)
    assert mail.message["Subject"] == "Le logiciel « Emploi du temps » n'est plus prévenu par Technilab"
    assert text_of(mail).split("\n\n")[1:3] == [
        "Depuis trois jours, rien n'arrive au logiciel « Emploi du temps »."
        " Son abonnement est en pause : ce qui se passe maintenant ne lui est pas dit.",
        "Voyez pourquoi sur la page de vos abonnements."
        " Une fois le logiciel réparé, reprenez l'abonnement, ou retirez-le.",
    ]
    await rows("UPDATE webhooks SET paused_at = NULL, paused_why = ''")
    assert await told("webhook_paused", made) is None
