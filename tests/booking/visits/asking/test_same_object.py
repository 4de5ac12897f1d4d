"""Both halves of a class bring back the same object, unless two are asked for and said."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from booking.day.papers.pack import pack_pdf
from booking.visits.asking.book_both import book_both
from booking.visits.asking.pairs import halves_at, pairs_for
from booking.visits.draws.halves import TwoObjects, object_words, people_words
from tests import builders
from tests.booking.mails.story import posted, text_of, told
from tests.booking.visits.asking.test_book_both import a_class
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from workshops.database import rows, value
from workshops.offer.rules import Search


async def _lycee(*built: tuple[int, ...], only: tuple[list[int] | None, ...] = ()) -> list[int]:
    """A slot of 20 pupils for each workshop of one lycée, two hours apart; `only` some of its objects."""
    lycee = await builders.school(kind="lycee")
    made = []
    for number, objects in enumerate(built):
        taught = await builders.workshop(host=lycee, objects=objects)
        more = {"only_objects": only[number]} if only else {}
        when = paris(f"2027-03-25 {8 + 3 * number:02}:00")
        made.append(await builders.slot(workshop=taught, starts_at=when, hours=2, seats=20, **more))
    return made


async def test_a_search_pairs_slots_of_the_same_object_alone(db):
    clock, lamp = await builders.tech_object(name="Horloge"), await builders.tech_object(name="Lampe")
    first, other, same = await _lycee((clock,), (lamp,), (clock, lamp))
    [best] = [one for one in await pairs_for(Search(), pupils=27, limit=9, now=NOW) if one.first.id == first]
    assert (best.second.id, best.objects) == (same, "Horloge, aux deux moitiés")
    found = await halves_at(Search(), pupils=27, slots=[first, other], now=NOW)
    assert {slot: (one.first, one.second, one.objects) for slot, one in found.items()} == {
        first: (first, same, ["Horloge"]),
        other: (other, same, ["Lampe"]),
    }


async def test_slots_that_keep_two_objects_of_one_workshop_make_no_pair(db):
    clock, lamp = await builders.tech_object(name="Horloge"), await builders.tech_object(name="Lampe")
    await _lycee((clock, lamp), (clock, lamp), only=([clock], [lamp]))
    assert await pairs_for(Search(), pupils=27, limit=9, now=NOW) == []


async def test_a_slot_whose_only_pairs_build_two_objects_says_so(db):
    clock, lamp = await builders.tech_object(name="Horloge"), await builders.tech_object(name="Lampe")
    first, second = await _lycee((clock,), (lamp,))
    [pair] = await pairs_for(Search(), pupils=27, slot=second, limit=9, now=NOW)
    assert (pair.first.id, pair.second.id) == (first, second)
    assert pair.objects == "Horloge à la première moitié, Lampe à la deuxième"


async def test_two_objects_are_booked_by_whoever_asks_for_two_alone(db):
    clock, lamp = await builders.tech_object(name="Horloge"), await builders.tech_object(name="Lampe")
    one, other = await _lycee((clock,), (lamp,))
    first, second = (await a_class(lycee=await value("SELECT school FROM slots LIMIT 1"))).demands((one, other))
    with pytest.raises(TwoObjects) as no:
        await book_both(first, second, now=NOW)
    assert no.value.sentence == (
        "Les deux moitiés ne fabriquent pas le même objet. La première : Horloge. La deuxième : Lampe."
        " Cochez que c'est voulu, ou choisissez deux autres créneaux."
    )
    assert await value("SELECT count(*) FROM reservations") == 0
    taken = await book_both(first, second, two_objects=True, now=NOW)
    assert (taken.first.objects, taken.second.objects) == (["Horloge"], ["Lampe"])
    assert [one["pupils"] for one in await rows("SELECT pupils FROM reservations ORDER BY half")] == [14, 13]


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (["Lampe"], ["Lampe"], "Lampe, aux deux moitiés"),
        (["Horloge", "Lampe"], ["Lampe"], "Lampe, aux deux moitiés"),
        (["Horloge"], ["Lampe"], "Horloge à la première moitié, Lampe à la deuxième"),
        (["Horloge"], [], "Horloge à la première moitié, objet non précisé à la deuxième"),
        ([], [], ""),
    ],
)
def test_what_both_halves_build_in_words(first, second, said):
    assert object_words(first, second) == said


def test_the_whole_class_in_words():
    assert people_words((14, 13), (2, 2)) == "27 élèves en deux moitiés (14 et 13), 2 adultes avec chacune"
    assert people_words((14, 13), (2, 1)) == "27 élèves en deux moitiés (14 et 13), 2 adultes, puis 1"


SAFETY = (
    {"title": "Horlogerie", "pupils_do": "Assembler un mouvement.", "protective_equipment": "Lunettes."},
    {"title": "Luminaire", "pupils_do": "Souder deux fils.", "protective_equipment": "Gants et blouse."},
)
PEOPLE = "27 élèves en deux moitiés (14 et 13), 2 adultes avec chacune"


async def _asked_to_sign() -> tuple[str, int]:
    """The link of the visa for both halves, which go to two workshops of the same object; and the first reservation."""
    lamp, lycee = await builders.tech_object(name="Lampe"), await builders.school(kind="lycee")
    slots = []
    for hour, sheet in zip(("09:00", "13:30"), SAFETY, strict=True):
        taught = await builders.workshop(host=lycee, objects=(lamp,), **sheet)
        slots.append(await builders.slot(workshop=taught, starts_at=paris(f"2027-03-25 {hour}")))
    asked = await a_class(lycee, needs_approval=True, principal_mail="principale@example.org")
    taken = await asked.take(*slots)
    return await value("SELECT secret FROM notices WHERE kind = 'approval_asked'"), taken.first.id


async def test_the_visa_shows_the_whole_class_and_what_each_half_does(app):
    app.state.clock = lambda: NOW
    link, _ = await _asked_to_sign()
    page = read(await Browser(app, now=NOW).get(f"/visa/{link}"))
    assert PEOPLE in page
    assert "Objet Lampe, aux deux moitiés" in page
    for sheet in SAFETY:
        assert {words for words in sheet.values() if words in page} == set(sheet.values())
    assert "Première moitié jeudi 25 mars 2027, de 9 h 00 à 12 h 00, Horlogerie, 14 élèves" in page
    assert "Deuxième moitié jeudi 25 mars 2027, de 13 h 30 à 16 h 30, Luminaire, 13 élèves" in page


async def test_the_mail_to_the_principal_tells_both_workshops_and_the_whole_class(db):
    _, first = await _asked_to_sign()
    said = text_of(await told("approval_asked", first))
    assert f"La classe : {await value('SELECT name FROM groups')}, {PEOPLE}\n" in said
    assert [line for line in said.splitlines() if line.startswith(("Les élèves font", "Protections"))] == [
        "Les élèves font : Assembler un mouvement.",
        "Protections : Lunettes.",
        "Les élèves font : Souder deux fils.",
        "Protections : Gants et blouse.",
    ]
    assert "Objet : Lampe, aux deux moitiés\n" in said


async def test_the_paper_to_sign_tells_both_workshops_and_the_whole_class(db):
    _, first = await _asked_to_sign()
    drawn = text_in(await pack_pdf(first, data_dir=Path("/nowhere"), only="visa"))
    for words in (PEOPLE, "Lampe, aux deux moitiés", *(words for sheet in SAFETY for words in sheet.values())):
        assert words in drawn, words


async def test_the_mails_of_both_halves_say_what_they_build(db):
    lamp, lycee = await builders.tech_object(name="Lampe"), await builders.school(kind="lycee")
    await builders.person("host", school=lycee)
    taught = await builders.workshop(host=lycee, objects=(lamp,))
    slots = [await builders.slot(workshop=taught, starts_at=paris(f"2027-03-25 {hour}")) for hour in ("09:00", "13:30")]
    taken = await (await a_class(lycee)).take(*slots)
    mails = await posted()
    assert ["Objet : Lampe, aux deux moitiés\n" in text_of(one) for one in mails] == [True, True]
    programme = text_in(await pack_pdf(taken.first.id, data_dir=Path("/nowhere"), only="programme"))
    assert "Lampe, aux deux moitiés" in programme


def text_in(pdf: bytes) -> str:
    read_back = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(one.get_textpage().get_text_range() for one in read_back).split())
