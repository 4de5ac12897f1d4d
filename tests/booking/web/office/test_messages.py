from __future__ import annotations

import re

from booking.mails.kinds import KINDS
from booking.mails.recipients import TOLD
from booking.words.letters import LETTERS
from tests import builders
from tests.browsing import read
from tests.builders import NOW
from workshops.database import row, rows, value

REFUSED = "550 5.1.1 <claire@example.org>: Recipient address rejected: <b>User unknown</b>"


def test_every_letter_that_somebody_is_told_is_written_and_has_its_words():
    assert {line.letter for line in TOLD} - set(KINDS) == set()
    assert list(LETTERS) == list(KINDS)


async def test_a_failed_mail_is_told_in_words_with_what_to_do_and_the_servers_answer(office):
    await builders.notice(kind="reservation_confirmed", state="failed", attempts=1, last_error=REFUSED)
    answer = await office.get("/gestion/messages")
    shown = read(answer)
    assert "1 message n'est pas parti : voici pourquoi, et quoi faire." in shown
    assert "L'adresse n'existe pas. Visite réservée, au collège, pour Claire Renaud" in shown
    assert "Invitez la personne avec la bonne adresse, puis fermez ce compte." in shown
    assert "&lt;b&gt;User unknown&lt;/b&gt;" in answer.text


async def test_counts_stand_by_state(office):
    await rows("INSERT INTO heartbeats (name, beat_at) VALUES ('worker', $1)", NOW)
    for state, times in (("queued", 2), ("failed", 1), ("sent", 3), ("dropped", 1)):
        for _ in range(times):
            await builders.notice(state=state, sent_at=NOW if state == "sent" else None)
    answer = await office.get("/gestion/messages")
    figures = re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd>", answer.text)
    assert figures == [("En attente", "2"), ("En échec", "1"), ("Partis", "3"), ("Devenus inutiles", "1")]
    assert "à l'arrêt" not in answer.text


async def test_no_failure_says_what_would_be_shown_here(office):
    shown = read(await office.get("/gestion/messages"))
    assert "Tous les messages partent." in shown
    assert "est essayé six fois en une demi-journée" in shown


async def test_relancer_queues_the_mail_again_once(office, nadia):
    notice = await builders.notice(state="failed", attempts=6, last_error="451 later")
    answer = await office.post(f"/gestion/messages/{notice}/relance")
    assert answer.headers["location"] == "/gestion/messages?fait=mail-relance"
    assert tuple(await row("SELECT state, attempts, last_error FROM notices")) == ("queued", 0, "")
    again = await office.post(f"/gestion/messages/{notice}/relance")
    assert again.status_code == 409
    assert "il est parti, ou il est déjà relancé" in read(again)
    assert await value("SELECT by FROM events WHERE act = 'mail_relaunched'") == nadia


async def test_all_that_failed_is_sent_again_in_one_act(office, nadia):
    for number in range(3):
        await builders.notice(to_email=f"a{number}@example.org", state="failed", attempts=6, last_error="451 later")
    await builders.notice(state="sent", sent_at=NOW)
    shown = await office.get("/gestion/messages")
    assert "Relancer les 3 messages en échec" in read(shown)
    answer = await office.post("/gestion/messages/relance")
    assert answer.headers["location"] == "/gestion/messages?fait=mails-relances"
    assert sorted(tuple(one) for one in await rows("SELECT state, attempts, last_error FROM notices")) == [
        *[("queued", 0, "")] * 3,
        ("sent", 0, ""),
    ]
    told = await row("SELECT by, detail FROM events WHERE act = 'mails_relaunched'")
    assert tuple(told) == (nadia, "3 messages")
    assert "Relancer les" not in read(await office.get("/gestion/messages"))


async def test_a_failed_mail_of_two_acts_is_one_message_and_one_press_relaunches_both(office):
    known = {"kind": "reservation_confirmed", "state": "failed", "attempts": 1, "last_error": REFUSED}
    first, _, other = [
        await builders.notice(to_email=f"{name}@example.org", **known) for name in ("claire", "claire", "lise")
    ]
    await rows("UPDATE notices SET mail = CASE id WHEN $2 THEN $2 ELSE $1 END", first, other)
    shown = read(await office.get("/gestion/messages"))
    assert "Relancer les 2 messages en échec" in shown
    assert shown.count("Relancer le message à claire@example.org") == 1
    assert "avec 1 autre nouvelle, pour Claire Renaud (claire@example.org)" in shown
    await office.post(f"/gestion/messages/{first}/relance")
    assert [tuple(one) for one in await rows("SELECT to_email, state, mail FROM notices ORDER BY id")] == [
        *[("claire@example.org", "queued", None)] * 2,
        ("lise@example.org", "failed", other),
    ]


async def test_nothing_failed_relaunches_nothing_and_writes_no_line(office):
    answer = await office.post("/gestion/messages/relance")
    assert answer.status_code == 303
    assert await value("SELECT count(*) FROM events WHERE act = 'mails_relaunched'") == 0
