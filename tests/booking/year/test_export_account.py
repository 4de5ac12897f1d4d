"""One's own file: whatever points to a person, by each role, and nothing about a pupil."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

from booking.people.accounts.tries import take
from booking.visits.questions.queries import conversation_behind
from booking.visits.questions.rules import Side, link_of
from booking.visits.questions.write import AddLine, AskLycee, ask, write
from booking.year.erase_account import erase_account
from booking.year.export_account import export_account
from tests import builders
from tests.booking.year.dump import dump
from tests.browsing import SECRET
from tests.builders import NOW, paris
from workshops.database import rows, value

MINUTE = timedelta(minutes=1)
REFERENCES = """
SELECT conrelid::regclass::text AS "table" FROM pg_constraint
WHERE contype = 'f' AND confrelid = 'accounts'::regclass ORDER BY 1
"""
# Where each table that points to accounts is in the file; a challenge lasts 5 minutes, a code is a digest.
PARTS = {
    "api_tokens": "cles",
    "application_secrets": "",
    "applications": "logiciels",
    "attendances": "venues",
    "college_invitations": "invitations_de_colleges",
    "demands": "demandes",
    "desk_links": "liens_d_accueil",
    "drafts": "",
    "first_answers": "",
    "groups": "groupes",
    "host_invitations": "",
    "memberships": "roles",
    "near_alerts": "alertes_d_entreprise",
    "passkey_challenges": "",
    "put_offs": "points_remis",
    "questions": "questions",
    "passkeys": "cles_d_acces",
    "replies": "reponses_d_agenda",
    "rescue_codes": "",
    "reservations": "reservations",
    "scans": "pointages",
    "second_proofs": "compte",
    "sessions": "sessions",
    "not_me_links": "",
    "sign_in_links": "",
}


async def test_every_table_that_points_to_a_person_has_its_part_in_her_file(db):
    assert sorted({one["table"].strip('"') for one in await rows(REFERENCES)}) == sorted(PARTS)
    told = await export_account(await builders.account(), now=NOW)
    assert sorted({part for part in PARTS.values() if part} - set(told)) == []


async def test_a_person_reads_which_mails_she_was_sent_and_what_each_told_and_none_of_another(db):
    claire = await builders.account("claire@example.org")
    await builders.notice(kind="lapsed", reader="teacher", what="offer", to_email="claire@example.org")
    await builders.notice(kind="lapsed", reader="teacher", what="wait", to_email="marc@example.org")
    told = await export_account(claire, now=NOW)
    assert [(one["sorte"], one["precision"]) for one in told["mails"]] == [("lapsed", "offer")]


async def a_host() -> tuple[int, int]:
    lycee = await builders.school(kind="lycee")
    helene = await builders.person("host", "helene.faivre@example.org", name="Hélène Faivre", school=lycee)
    taught = await builders.workshop(host=lycee, responsible="Hélène FAIVRE")
    slot = await builders.slot(workshop=taught)
    await rows("INSERT INTO desk_links (slot, token_hash, made_by) VALUES ($1, 'x', $2)", slot, helene)
    return helene, taught


async def test_a_host_reads_her_links_and_the_workshops_that_name_her(db):
    helene, _ = await a_host()
    told = await export_account(helene, now=NOW)
    assert [one["visite"] for one in told["liens_d_accueil"]] == [paris("2027-03-25 09:00")]
    assert [one["nom_ecrit"] for one in told["responsable_d_ateliers"]] == ["Hélène FAIVRE"]


async def test_a_host_who_leaves_is_named_by_no_safety_sheet_any_more(db):
    helene, taught = await a_host()
    await erase_account(helene, by=helene, now=NOW)
    assert [word for word in ("Faivre", "FAIVRE") if word in dump()] == []
    assert await value("SELECT responsible FROM workshops WHERE id = $1", taught) == "La direction du lycée"
    assert await value("SELECT state FROM workshops WHERE id = $1", taught) == "published"


async def test_a_coordinator_reads_the_colleges_she_wrote_to_and_what_others_did_to_her_account(db):
    boss, other = await builders.account("nadia@example.org"), await builders.account()
    for one in (boss, other):
        await builders.membership(one, "coordinator")
    college = await builders.school(name="Collège Stendhal")
    letter = "INSERT INTO college_invitations (school, school_year, words, invited_by, invited_at)"
    await rows(f"{letter} VALUES ($1, 2026, 'Venez nous voir', $2, $3)", college, boss, NOW)
    done = "INSERT INTO events (at, by, act, about_kind, about) VALUES ($1, $2, 'account_disabled', 'account', $3)"
    await rows(done, NOW, other, boss)
    await take("sign_in", account="nadia@example.org", address="192.0.2.1", now=NOW)
    told = await export_account(boss, now=NOW)
    assert [(one["college"], one["mots"]) for one in told["invitations_de_colleges"]] == [
        ("Collège Stendhal", "Venez nous voir")
    ]
    assert [(one["acte"], one["par_vous"]) for one in told["journal"]] == [("account_disabled", False)]
    assert told["essais_de_connexion"] == [{"pour": "sign_in", "le": NOW}]


async def test_a_principal_who_leaves_is_asked_for_no_visa_any_more(db):
    college = await builders.school(principal_name="Pétronille Quintard", principal_mail="p.quintard@example.org")
    head = await builders.person("principal", "p.quintard@example.org", name="Pétronille Quintard", school=college)
    told = await export_account(head, now=NOW)
    assert [one["adresse"] for one in told["chef_d_etablissement"]] == ["p.quintard@example.org"]
    await erase_account(head, by=head, now=NOW)
    assert [word for word in ("uintard", "Pétronille") if word in dump()] == []


async def test_a_person_of_a_company_reads_her_comings_and_leaves_the_counts_as_they_were(db):
    firm, guest = await builders.company(name="Zénith Montres"), await builders.account(name="Gontran Delmotte")
    await builders.membership(guest, "company", company=firm)
    slot = await builders.slot()
    await builders.attendance(slot=slot, company=firm, by=guest, people=2)
    await builders.company_turnout(slot=slot, company=firm)
    told = await export_account(guest, now=NOW)
    assert [(one["entreprise"], one["personnes"]) for one in told["venues"]] == [("Zénith Montres", 2)]
    counts = "SELECT (SELECT sum(people) FROM attendances), (SELECT sum(people) FROM company_turnouts)"
    before = [tuple(one) for one in await rows(counts)]
    await erase_account(guest, by=guest, now=paris("2027-04-01 09:00"))
    assert [tuple(one) for one in await rows(counts)] == before
    assert "Delmotte" not in dump()


async def test_a_person_reads_which_programs_she_subscribed_and_leaves_none_behind(db):
    firm, guest = await builders.company(), await builders.account()
    member = await builders.membership(guest, "company", company=firm)
    await builders.webhook(membership=member, url="https://agenda.example.org/t", acts=("attendance_announced",))
    (told,) = (await export_account(guest, now=NOW))["logiciels_abonnes"]
    assert (told["nom"], told["adresse"], told["actes"]) == (
        "Emploi du temps",
        "https://agenda.example.org/t",
        ["attendance_announced"],
    )
    await erase_account(guest, by=guest, now=NOW)
    assert await value("SELECT count(*) FROM webhooks") == 0


async def test_each_side_of_a_question_reads_what_she_wrote_and_nothing_of_the_other(db):
    college, lycee = (
        await builders.school(name="Collège Stendhal"),
        await builders.school(name="Lycée Jules Haag", kind="lycee"),
    )
    claire, marie = [await builders.person("teacher", school=college) for _ in range(2)]
    helene, paul = [await builders.person("host", school=lycee) for _ in range(2)]
    salt = uuid4()
    asked = {"college": college, "lycee": lycee, "by": claire, "awaiting": False}
    question = {"slot": None, "workshop": None, "salt": salt, "secret_key": SECRET}
    said = AskLycee(text="Peut-on venir à pied ?", wished_on=date(2027, 3, 25))
    await ask(said, **asked, **question, now=NOW)
    answering = await conversation_behind(link_of(salt, Side.LYCEE, SECRET))
    adding = await conversation_behind(link_of(salt, Side.TEACHER, SECRET))
    await write(answering, AddLine(text="Oui, dix minutes."), by=helene, now=NOW + MINUTE)
    await write(adding, AddLine(text="Merci."), by=claire, now=NOW + 2 * MINUTE)
    await write(answering, AddLine(text="À bientôt."), by=None, now=NOW + 3 * MINUTE)
    told = {who: (await export_account(who, now=NOW))["questions"] for who in (claire, marie, helene, paul)}
    between = {"lycee": "Lycée Jules Haag", "college": "Collège Stendhal", "creneau_propose": None}
    hers = between | {"reponse": False}
    assert told == {
        claire: [
            hers | {"mots": "Peut-on venir à pied ?", "date_souhaitee": date(2027, 3, 25), "ecrite_le": NOW},
            hers | {"mots": "Merci.", "date_souhaitee": None, "ecrite_le": NOW + 2 * MINUTE},
        ],
        marie: [],
        helene: [
            between | {"reponse": True, "mots": "Oui, dix minutes.", "date_souhaitee": None, "ecrite_le": NOW + MINUTE}
        ],
        paul: [],
    }
