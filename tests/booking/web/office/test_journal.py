from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from booking.mails.recipients import TOLD
from booking.outbox.journal.count_refusal import count_refusal
from booking.visits.attendance.rules import LIVE
from booking.visits.reservations.states import TRANSITIONS
from booking.web.office.administration import SHOWN
from booking.words.acts import ACTS, SUBJECTS
from tests import builders
from tests.browsing import read
from tests.builders import NOW
from workshops.database import rows

SOURCES = sorted((Path(__file__).parents[4] / "booking").rglob("*.py"))


def written_acts() -> tuple[set[str], set[str]]:
    """The acts and the things that the source records."""
    text = "\n".join(file.read_text() for file in SOURCES)
    by_verb = re.findall(r'await record\(\s*"(\w+)",.*?about_kind="(\w+)"', text, re.DOTALL)
    chosen = re.findall(r'act = "(\w+)" if \w+ else "(\w+)"\n', text)
    said = "\n".join(re.findall(r"\brecorded\(\n(.*?)\n\s*\)\s*\}", text, re.DOTALL))
    by_statement = [one or other for one, other in re.findall(r"act=(?:\"([^\"]*)\"|'''(.*?)''')", said, re.DOTALL)]
    words = {word for one in by_statement for word in re.findall(r"'(\w+_\w+)'", one) if not word.endswith("_")}
    clock = set(re.findall(r"SELECT (?:DISTINCT )?'(\w+)' AS act", text))
    refused = re.findall(r'await count_refusal\(\s*"(\w+)",.*?about_kind="(\w+)"', text, re.DOTALL)
    acts = {act for act, _ in (*by_verb, *refused)} | {act for pair in chosen for act in pair} | words | clock
    things = {thing for _, thing in (*by_verb, *refused)} | set(re.findall(r"""about_kind="'(\w+)'\"""", said))
    return acts - {"_call_off"}, things


def test_every_act_and_every_thing_has_its_words():
    acts, things = written_acts()
    assert {"signed_in", "attendance_withdrawn", "reservation_booked", "access_denied"} <= acts
    assert acts - set(ACTS) == set()
    # A company's coming is written under its state, and what a draw gave under its own words.
    assert {f"attendance_{state}" for state in LIVE} - set(ACTS) == set()
    assert {f"reservation_{act}" for _, act in TRANSITIONS} - {"reservation_move", "reservation_draw"} - set(
        ACTS
    ) == set()
    assert {act for line in TOLD for act in line.acts} - set(ACTS) == set()
    assert things - set(SUBJECTS) == set()


async def test_acts_are_read_in_french_the_latest_first(office):
    shown = read(await office.get("/gestion/journal"))
    assert "lun. 11 janvier, 9 h 00 Connexion Nadia Perrin Compte n° " in shown
    assert (await office.get("/gestion/journal")).text.count('<th scope="row">') == 1


async def test_the_journal_is_narrowed_by_subject_and_by_person(office):
    claire = await builders.account("claire@example.org", name="Claire Renaud")
    await rows(
        "INSERT INTO events (at, by, act, about_kind, about) VALUES ($1, $2, 'group_registered', 'group', 7)",
        NOW,
        claire,
    )
    assert "Groupe ajouté Claire Renaud Groupe n° 7" in read(await office.get("/gestion/journal?sujet=group"))
    assert "Connexion Nadia" not in read(await office.get("/gestion/journal?sujet=group"))
    assert "Connexion Nadia" not in read(await office.get("/gestion/journal?qui=renaud"))
    assert "Aucune ligne ne convient" in read(await office.get("/gestion/journal?qui=%25"))


async def test_a_school_is_named_and_leads_to_its_page(office):
    college = await builders.school(name="Collège Stendhal", commune="Besançon")
    await rows(
        "INSERT INTO events (at, act, about_kind, about) VALUES ($1, 'college_invited', 'school', $2)", NOW, college
    )
    page = await office.get("/gestion/journal?sujet=school")
    assert f'<a href="/gestion/etablissements/{college}">Collège Stendhal, Besançon</a>' in page.text


async def test_refusals_are_counted_by_person_and_by_hour(office):
    claire = await builders.account("claire@example.org", name="Claire Renaud")
    for minutes in (0, 9, 34):
        await count_refusal(
            "access_denied",
            account=claire,
            about_kind="address",
            detail="/gestion",
            now=NOW + timedelta(minutes=minutes),
        )
    shown = read(await office.get("/gestion/journal"))
    assert "lun. 11 janvier, 9 h 00 Page refusée Claire Renaud Page /gestion · 3 fois jusqu'à 9 h 34" in shown


async def test_older_lines_follow_without_a_gap(office):
    await rows(
        """INSERT INTO events (at, act, about_kind, about)
           SELECT $1, 'slot_opened', 'slot', n FROM generate_series(1, $2) AS n""",
        NOW,
        SHOWN + 10,
    )
    first = (await office.get("/gestion/journal?sujet=slot")).text
    following = re.search(r'rel="next" href="([^"]+)"', first)
    second = (await office.get(following[1].replace("&amp;", "&"))).text
    numbers = [int(found) for found in re.findall(r"Créneau n°(?:&nbsp;|\xa0)(\d+)", first + second)]
    assert numbers == list(range(SHOWN + 10, 0, -1))
    assert 'rel="next"' not in second


async def test_a_line_number_that_cannot_be_is_no_page(office):
    assert (await office.get("/gestion/journal?avant=99999999999999999999")).status_code == 404
