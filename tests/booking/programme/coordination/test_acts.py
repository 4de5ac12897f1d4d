from __future__ import annotations

from datetime import date

import pytest

from booking.outbox.notices.rules import NotFailed
from booking.programme.coordination.change_target import change_target
from booking.programme.coordination.register import describe_object, register_company
from booking.programme.coordination.relaunch import relaunch
from booking.programme.coordination.take_in import take_in_calendar, take_in_directory
from tests import builders
from tests.builders import NOW
from workshops.database import row, rows, value
from workshops.refusals import Invalid
from workshops.schools.rules import FileRefused

ANNUAIRE = "\n".join(
    (
        "Identifiant_de_l_etablissement;Nom_etablissement;Type_etablissement;Code_departement;Nom_commune;Libelle_academie",
        "0250001R;Lycée Jules Haag;Lycée;025;Besançon;Besançon",
        "0250011B;Collège Stendhal;Collège;025;Besançon;Besançon",
    )
)
CALENDAR = "\n".join(
    (
        "type;libelle;premier_jour;dernier_jour;zone",
        "vacances;Vacances d'hiver;2027-02-13;2027-02-28;Zone A",
    )
)


async def a_coordinator() -> int:
    nadia = await builders.account("nadia@example.org", name="Nadia Perrin")
    await builders.membership(nadia, "coordinator")
    return nadia


async def told() -> list[tuple[object, ...]]:
    return [tuple(one) for one in await rows("SELECT act, by, about_kind, about, detail FROM events ORDER BY id")]


async def test_a_failed_mail_waits_again_and_the_journal_says_who_relaunched_it(db):
    nadia = await a_coordinator()
    notice = await builders.notice(state="failed", attempts=6, last_error="550")
    await relaunch(notice, by=nadia, now=NOW)
    assert tuple(await row("SELECT state, attempts FROM notices WHERE id = $1", notice)) == ("queued", 0)
    assert await told() == [("mail_relaunched", nadia, "notice", notice, "")]


async def test_a_mail_that_waits_already_is_not_relaunched_and_nothing_is_told(db):
    nadia, notice = await a_coordinator(), await builders.notice()
    with pytest.raises(NotFailed):
        await relaunch(notice, by=nadia, now=NOW)
    assert await told() == []


async def test_a_company_is_registered_and_told(db):
    nadia = await a_coordinator()
    made = await register_company(siret="552 081 317 66522", name="Horlogerie du Doubs", by=nadia, now=NOW)
    assert tuple(await row("SELECT id, siret, name FROM companies")) == (made, "55208131766522", "Horlogerie du Doubs")
    assert await told() == [("company_registered", nadia, "company", made, "")]


async def test_a_wrong_siret_registers_and_tells_nothing(db):
    with pytest.raises(Invalid):
        await register_company(siret="55208131766523", name="Horlogerie", by=await a_coordinator(), now=NOW)
    assert await value("SELECT count(*) FROM companies") == 0
    assert await told() == []


async def test_an_object_is_described_then_corrected(db):
    nadia = await a_coordinator()
    made = await describe_object(name="Lampe", summary="", minutes=120, by=nadia, now=NOW)
    await describe_object(name="Lampe à balancier", summary="", minutes=150, tech_object=made, by=nadia, now=NOW)
    assert tuple(await row("SELECT name, minutes FROM tech_objects")) == ("Lampe à balancier", 150)
    assert [one[0] for one in await told()] == ["object_described", "object_described"]


async def test_a_target_is_changed_and_the_journal_keeps_what_it_became(db):
    nadia = await a_coordinator()
    target = {
        "programme": "technilab",
        "metric": "pupils",
        "label": "Collégiens accueillis",
        "unit": "élèves",
        "rule": "Présents, une fois par visite.",
        "from_on": date(2025, 9, 1),
        "to_on": date(2030, 8, 31),
    }
    for figure in (6000, 6500):
        await change_target(target=figure, by=nadia, now=NOW, **target)
    assert await value("SELECT target FROM targets") == 6500
    assert [one[4] for one in await told()] == [
        "Collégiens accueillis : 6000, du 2025-09-01 au 2030-08-31",
        "Collégiens accueillis : 6500, du 2025-09-01 au 2030-08-31",
    ]


async def test_the_directory_is_taken_in_and_told_with_its_counts(db):
    nadia = await a_coordinator()
    done = await take_in_directory(ANNUAIRE.encode(), by=nadia, now=NOW)
    assert (done.added, done.updated) == (2, 0)
    assert await told() == [("directory_imported", nadia, "school", None, "2 ajoutés, 0 à jour")]


async def test_one_line_in_error_takes_in_nothing_and_tells_nothing(db):
    wrong = ANNUAIRE.replace("0250011B", "0250011D")
    with pytest.raises(FileRefused) as no:
        await take_in_directory(wrong.encode("cp1252"), by=await a_coordinator(), now=NOW)
    assert no.value.lines == ("ligne 3 : l'UAI « 0250011D » n'est pas valable (7 chiffres et leur clé)",)
    assert await value("SELECT count(*) FROM schools") == 0
    assert await told() == []


async def test_the_calendar_is_taken_in_with_its_public_holidays(db):
    nadia = await a_coordinator()
    done = await take_in_calendar(CALENDAR.encode(), source="zone-a.csv", by=nadia, now=NOW)
    assert done.holidays == 1
    assert await told() == [("calendar_imported", nadia, "calendar", None, "1 période")]
