"""Asking a lycée before booking: a page for each side, ten lines at most, words that no mail and no event holds."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from booking.visits.newcomers.answer import refuse
from booking.visits.questions.queries import conversation_behind
from booking.visits.questions.rules import (
    AlreadyAsking,
    QuestionClosed,
    QuestionFull,
    QuestionOver,
    Side,
    TooManyQuestions,
    link_of,
)
from booking.visits.questions.write import AddLine, AskLycee, ask, close, write
from booking.year.erase_account import erase_account
from booking.year.purge import purge
from tests import builders
from tests.booking.visits.newcomers.test_answer import newcomer
from tests.browsing import SECRET, Browser, read
from tests.builders import NOW, paris
from tests.seen import letter, linked
from tests.telling import tell
from workshops.database import rows, value
from workshops.refusals import Invalid

EVENTS = "SELECT act, detail FROM events WHERE about_kind = 'question' ORDER BY id"
WORDS, ANSWER = "Recevez-vous une classe de Segpa en entier ?", "Oui, à seize par atelier."


@dataclass
class Sides:
    """Claire teaches, Hélène receives; `anybody` holds a link at most."""

    college: int
    lycee: int
    uai: str
    slot: int
    claire: int
    helene: int
    teacher: Browser
    host: Browser
    anybody: Browser


@pytest.fixture
async def sides(app) -> Sides:
    app.state.clock = lambda: NOW
    college, lycee = await builders.school(name="Collège Stendhal"), await builders.school(kind="lycee", name="Haag")
    claire = await builders.person("teacher", school=college)
    helene = await builders.person("host", "helene@example.org", name="Hélène Faivre", school=lycee)
    slot = await builders.slot(workshop=await builders.workshop(host=lycee, title="Gravure"))
    teacher, host = [await Browser(app, now=NOW).sign_in(one) for one in (claire, helene)]
    uai = await value("SELECT uai FROM schools WHERE id = $1", lycee)
    return Sides(college, lycee, uai, slot, claire, helene, teacher, host, Browser(app, now=NOW))


async def asked(sides: Sides, *, to: int | None = None, awaiting: bool = False) -> None:
    salt = await value("SELECT gen_random_uuid()")
    who = {"college": sides.college, "lycee": to or sides.lycee, "by": sides.claire, "awaiting": awaiting}
    more = {"slot": None, "workshop": None, "salt": salt, "secret_key": SECRET}
    await ask(AskLycee(text=WORDS), now=NOW, **who, **more)


async def link(side: Side) -> str:
    salt = await value("SELECT salt FROM questions ORDER BY id DESC LIMIT 1")
    return link_of(salt, side, SECRET)


async def test_a_mail_announces_what_the_page_alone_says_and_the_answer_proposes_a_slot(sides):
    form = f"/lycees/{sides.uai}/question?creneau={sides.slot}"
    sent = await sides.teacher.post(form, {"text": WORDS, "wished_on": "2027-03-30"})
    assert sent.headers["location"] == f"/questions/{await link(Side.TEACHER)}?fait=question-posee"
    announced = await letter("question")
    whole = re.sub(r"\s+|&nbsp;", " ", announced.text + announced.html + announced.subject)
    assert [words in whole for words in ("Segpa", "30 mars", "25 mars 2027")] == [False, False, True]
    page = await linked("question", "/questions/")
    shown = read(await sides.anybody.get(page))
    assert [words in shown for words in (WORDS, "mardi 30 mars 2027", "« Gravure »")] == [True] * 3
    answered = await sides.anybody.post(page, {"text": ANSWER, "slot": str(sides.slot)})
    assert answered.headers["location"] == f"{page}?fait=message-envoye"
    heard = await letter("question//answered")
    assert ANSWER not in heard.text + heard.html
    hers = await sides.teacher.get(await linked("question//answered", "/questions/"))
    assert ANSWER in read(hers)
    assert f'<a href="/creneaux/{sides.slot}">Gravure, ' in hers.text


async def test_each_side_finds_it_on_its_own_page_and_nobody_else_does(app, sides):
    await asked(sides)
    ways = [
        re.findall(r'href="/questions/([^"]+)"', (await browser.get(path)).text)
        for browser, path in ((sides.teacher, "/mes-questions"), (sides.host, "/lycee/questions"))
    ]
    assert ways == [[await link(Side.TEACHER)], [await link(Side.LYCEE)]]
    colleague = await builders.person("teacher", school=sides.college)
    other = await builders.person("host", school=await builders.school(kind="lycee"))
    for account, path in ((colleague, "/mes-questions"), (other, "/lycee/questions")):
        browser = await Browser(app, now=NOW).sign_in(account)
        assert "/questions/" not in (await browser.get(path)).text.replace("/lycee/questions", "")


async def test_what_waits_for_a_lycee_stands_in_its_to_do_until_it_answers(sides):
    await asked(sides)
    waits = "1 question de collège attend votre réponse"
    assert waits in read(await sides.host.get("/lycee"))
    await sides.host.post(f"/questions/{await link(Side.LYCEE)}", {"text": ANSWER})
    assert waits not in read(await sides.host.get("/lycee"))
    assert await value("SELECT by FROM events WHERE act = 'question_answered'") == sides.helene


async def test_ten_lines_at_most_though_both_sides_write_at_once(sides):
    await asked(sides)
    told = [await conversation_behind(await link(side)) for side in Side]

    async def say(number: int) -> str:
        try:
            await write(told[number % 2], AddLine(text=f"Ligne {number}"), by=None, now=NOW)
        except QuestionFull:
            return "full"
        return "kept"

    answers = Counter(await asyncio.gather(*(say(number) for number in range(30))))
    assert answers == {"kept": 9, "full": 21}
    assert await value("SELECT count(*) FROM question_lines") == 10
    full = read(await sides.anybody.get(f"/questions/{await link(Side.TEACHER)}"))
    assert "Cette conversation a ses dix messages." in full


async def test_thirty_days_after_its_last_line_it_is_erased_and_its_links_open_nothing(sides, tmp_path):
    await asked(sides)
    opened = [f"/questions/{await link(side)}" for side in Side]
    told = await conversation_behind(await link(Side.LYCEE))
    last = NOW + timedelta(days=12)
    await write(told, AddLine(text=ANSWER), by=None, now=last)
    await purge(data_dir=tmp_path, now=last + timedelta(days=30))
    assert [(await sides.anybody.get(one)).status_code for one in opened] == [200, 200]
    await purge(data_dir=tmp_path, now=last + timedelta(days=30, seconds=1))
    assert [(await sides.anybody.get(one)).status_code for one in opened] == [410, 410]
    assert await value("SELECT count(*) FROM question_lines") == 0
    with pytest.raises(QuestionOver):
        await write(told, AddLine(text="Et encore ?"), by=None, now=last)


async def test_no_event_holds_a_word_of_it_nor_what_opens_it(sides):
    await sides.teacher.post(f"/lycees/{sides.uai}/question", {"text": WORDS, "wished_on": "2027-03-30"})
    await sides.host.post(f"/questions/{await link(Side.LYCEE)}", {"text": ANSWER})
    await sides.teacher.post(f"/questions/{await link(Side.TEACHER)}", {"close": "oui"})
    await tell()
    said = [(one["act"], one["detail"]) for one in await rows(EVENTS)]
    assert said == [("question_asked", ""), ("question_answered", ""), ("question_withdrawn", "")]
    tables = ("events", "event_words", "notices", "refusal_counts")
    kept = str([[dict(one) for one in await rows(f"SELECT * FROM {table}")] for table in tables])
    secret = [await link(side) for side in Side]
    assert [words in kept for words in (WORDS, ANSWER, "2027-03-30", *secret)] == [False] * 5
    assert await value("SELECT octet_length(teacher_hash) + octet_length(lycee_hash) FROM questions") == 64


async def test_a_line_names_nobody_and_says_something(sides):
    form = f"/lycees/{sides.uai}/question"
    named = await sides.teacher.post(form, {"text": "Léa Martin est en fauteuil, est-ce possible ?"})
    empty = await sides.teacher.post(form, {"text": " ", "wished_on": ""})
    past = await sides.teacher.post(form, {"text": WORDS, "wished_on": "2026-10-01"})
    assert [one.status_code for one in (named, empty, past)] == [422, 422, 422]
    assert "« Léa Martin » ressemble à un nom de personne" in read(named)
    assert "Date souhaitée : choisissez un jour à venir" in read(past)
    assert await value("SELECT count(*) FROM questions") == 0


async def test_a_lycee_proposes_its_own_open_slots_alone(sides):
    await asked(sides)
    told = await conversation_behind(await link(Side.LYCEE))
    elsewhere = await builders.slot()
    gone = await builders.slot(workshop=await builders.workshop(host=sides.lycee), state="called_off", reason="Grève")
    for slot in (elsewhere, gone):
        with pytest.raises(Invalid):
            await write(told, AddLine(slot=slot), by=None, now=NOW)
    refused = await sides.host.post(f"/questions/{await link(Side.LYCEE)}", {"text": "", "slot": str(elsewhere)})
    assert refused.status_code == 422


async def test_a_lycee_is_shown_its_slots_with_a_place_left_and_how_many(sides):
    await asked(sides)
    gravure = await value("SELECT workshop FROM slots WHERE id = $1", sides.slot)
    full = await builders.slot(workshop=gravure, starts_at=paris("2027-02-11 09:00"), seats=24)
    await builders.reservation(slot=full, group=await builders.group(school=sides.college), pupils=24)
    shown = (await sides.host.get(f"/questions/{await link(Side.LYCEE)}")).text
    assert (f'value="{sides.slot}"' in shown, f'value="{full}"' in shown) == (True, False)
    assert re.search(r">[^<]*, Gravure, \d+ places<", shown)


async def test_a_long_message_pasted_is_not_cut_but_refused_in_words_and_stays(sides):
    await asked(sides)
    here, long = f"/questions/{await link(Side.LYCEE)}", "Oui. " * 140
    assert "maxlength" not in (await sides.host.get(here)).text
    refused = await sides.host.post(here, {"text": long, "slot": ""})
    assert (refused.status_code, long.strip() in refused.text) == (422, True)
    assert await value("SELECT count(*) FROM question_lines") == 1


async def test_a_question_is_about_what_this_lycee_shows(sides):
    elsewhere = await builders.slot()
    for asked_about in (f"creneau={elsewhere}", f"creneau={2**30}", f"atelier={2**30}"):
        assert (await sides.teacher.get(f"/lycees/{sides.uai}/question?{asked_about}")).status_code == 404


async def test_one_open_question_to_a_lycee_and_few_for_a_newcomer(sides):
    await asked(sides)
    with pytest.raises(AlreadyAsking):
        await asked(sides)
    again = await sides.teacher.get(f"/lycees/{sides.uai}/question")
    assert f'href="/questions/{await link(Side.TEACHER)}"' in again.text
    for _ in range(2):
        await asked(sides, to=await builders.school(kind="lycee"), awaiting=True)
    with pytest.raises(TooManyQuestions) as no:
        await asked(sides, to=await builders.school(kind="lycee"), awaiting=True)
    assert no.value.sentence == ("Vous avez posé 3 questions en sept jours. Attendez une réponse, ou appelez le lycée.")


async def test_a_newcomer_asks_and_reads_the_answer(app, sides):
    newcomer = await builders.person("teacher", school=sides.college, awaiting=True)
    browser = await Browser(app, now=NOW).sign_in(newcomer)
    sent = await browser.post(f"/lycees/{sides.uai}/question", {"text": WORDS})
    assert (await browser.get(sent.headers["location"])).status_code == 200
    assert "Haag, Besançon" in read(await browser.get("/mes-questions"))


async def test_either_side_closes_it_and_the_teacher_hears_when_nothing_was_answered(sides):
    await asked(sides)
    await sides.host.post(f"/questions/{await link(Side.LYCEE)}", {"close": "oui"})
    closed = await letter("question//closed")
    assert closed.subject == "Votre question est close : Haag"
    told = await conversation_behind(await link(Side.TEACHER))
    with pytest.raises(QuestionClosed):
        await write(told, AddLine(text="Encore un mot"), by=None, now=NOW)
    await close(told, by=None, now=NOW)
    assert await value("SELECT count(*) FROM events WHERE act IN ('question_closed', 'question_withdrawn')") == 1
    await asked(sides)
    await sides.host.post(f"/questions/{await link(Side.LYCEE)}", {"text": ANSWER})
    await sides.host.post(f"/questions/{await link(Side.LYCEE)}", {"close": "oui"})
    await tell()
    assert await value("SELECT count(*) FROM notices WHERE kind = 'question' AND what = 'closed'") == 1


@pytest.mark.parametrize("state", ["requested", "confirmed", "locked", "attended", "waiting"])
async def test_a_teacher_writes_to_the_lycee_from_the_visit_and_each_side_reads_it_there(app, sides, state):
    group = await builders.group(school=sides.college, teacher=sides.claire, name="4e B")
    visit = await builders.reservation(
        slot=sides.slot, group=group, by=sides.claire, state=state, hold_until=NOW + timedelta(days=5)
    )
    other = await builders.reservation(
        slot=await builders.slot(workshop=await builders.workshop(host=sides.lycee)),
        group=await builders.group(school=sides.college, teacher=sides.claire, name="4e C"),
        by=sides.claire,
    )
    await asked(sides)
    page = f"/reservations/{visit}"
    assert f'<a href="{page}/question">Poser une question sur cette visite</a>' in (await sides.teacher.get(page)).text
    assert "Écrire au lycée Poser une question sur cette visite" in read(await sides.teacher.get(page))
    form = await sides.teacher.get(f"{page}/question")
    assert "Visite de 4e B, Haag, Besançon : « Gravure », jeudi 25 mars 2027, 9 h 00." in read(form)
    assert f'<form method="post" action="{page}/question"' in form.text
    sent = await sides.teacher.post(f"{page}/question", {"text": WORDS})
    own = f"/questions/{await link(Side.TEACHER)}"
    assert sent.headers["location"] == f"{own}?fait=question-posee"
    assert "Visite de 4e B : « Gravure », jeudi 25 mars 2027, 9 h 00." in read(await sides.teacher.get(own))
    again = await sides.teacher.get(f"{page}/question")
    assert (again.status_code, again.headers["location"]) == (303, own)
    assert (await sides.teacher.post(f"{page}/question", {"text": WORDS})).status_code == 409
    told = await letter("question")
    assert "Un enseignant du Collège Stendhal vous écrit au sujet de sa visite." in told.text
    assert "Groupe : 4e B" in told.text
    assert WORDS not in told.text
    colleague = await Browser(app, now=NOW).sign_in(await builders.person("teacher", school=sides.college))
    elsewhere = await builders.person("teacher", school=await builders.school())
    stranger = await Browser(app, now=NOW).sign_in(elsewhere)
    assert (await stranger.get(f"{page}/question")).status_code == 404
    last, read_there = "1 message, le dernier", "Ce que le collège vous écrit 1 message, le dernier"
    assert last in read(await sides.teacher.get(page))
    assert read_there in read(await sides.host.get(page))
    assert last not in read(await colleague.get(page))
    assert read_there not in read(await sides.host.get(f"/reservations/{other}"))
    await sides.host.post(f"/questions/{await link(Side.LYCEE)}", {"close": "oui"})
    assert (await sides.teacher.post(f"{page}/question", {"text": WORDS})).status_code == 303


async def test_a_mail_about_what_was_answered_meanwhile_does_not_leave(sides):
    await asked(sides)
    await tell()
    await sides.host.post(f"/questions/{await link(Side.LYCEE)}", {"text": ANSWER})
    assert await letter("question") is None


async def test_a_newcomer_whom_her_college_refuses_leaves_no_question_in_its_name(sides):
    she = await newcomer()
    await asked(replace(sides, college=she.college, claire=she.account))
    opened = f"/questions/{await link(Side.LYCEE)}"
    await refuse(she.sign_up, by=None, now=NOW)
    assert (await sides.anybody.get(opened)).status_code == 410


async def test_an_erased_account_takes_its_questions_with_it(sides):
    await asked(sides)
    await erase_account(sides.claire, by=None, now=paris("2027-02-01 09:00"))
    assert (await value("SELECT count(*) FROM questions"), await value("SELECT count(*) FROM question_lines")) == (0, 0)
