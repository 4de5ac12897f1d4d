"""The PDF and the page of a paper say the same, markup stays text, and nothing grows with the group."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from booking.day.papers.pack import pack_of, pack_pdf, paper_of
from booking.day.papers.queries import visit_on_paper
from booking.day.papers.rules import AFTER, BEFORE, NoPapers, Paper
from tests import builders
from tests.booking.day.papers.paper_visit import MARKUP, attended, pages_of, sentences, squeezed, visit
from tests.browsing import Browser, read
from tests.builders import NOW
from tests.owner import by_owner
from workshops.database import transaction, value
from workshops.refusals import NotFound

A4 = (595.3, 841.9)


async def paper(reservation: int, kind: str) -> Paper:
    seen = await visit_on_paper(reservation)
    assert seen is not None
    return paper_of(seen, kind)


async def printed(reservation: int, *, only: str | None = None, data_dir: Path = Path("/nowhere")) -> bytes:
    return await pack_pdf(reservation, data_dir=data_dir, only=only)


async def claire(app, reservation: int) -> Browser:
    account = await value("SELECT booked_by FROM reservations WHERE id = $1", reservation)
    school = await value("SELECT school FROM reservations WHERE id = $1", reservation)
    await builders.membership(account, "teacher", school=school)
    return await Browser(app).sign_in(account)


@pytest.mark.parametrize("kind", [*BEFORE, *AFTER])
async def test_the_pdf_and_the_page_of_a_paper_hold_the_same_sentences(app, kind):
    reservation = await attended()
    said = sentences(await paper(reservation, kind))
    drawn = squeezed("".join(pages_of(await printed(reservation, only=kind))))
    browser = await claire(app, reservation)
    way = kind if kind in AFTER else f"papiers/{kind}"
    shown = squeezed(read(await browser.get(f"/mes-visites/{reservation}/{way}")))
    assert [one for one in said if squeezed(one) not in drawn] == []
    assert [one for one in said if squeezed(one) not in shown] == []


async def test_every_page_is_a4_and_says_its_number_and_the_visit(db):
    pdf = await printed(await visit())
    pages = pages_of(pdf)
    assert [tuple(round(side, 1) for side in page.get_size()) for page in pypdfium2.PdfDocument(pdf)] == [A4] * 9
    assert [page for place, page in enumerate(pages, 1) if f"page {place} sur 9" not in page] == []
    assert [
        page for page in pages if "4e B, Collège de l'Œillet · Découpe laser · jeudi 25 mars 2027" not in page
    ] == []


async def test_the_document_has_a_title_an_outline_and_its_language(db):
    document = pypdfium2.PdfDocument(await printed(await visit()))
    about = document.get_metadata_dict(skip_empty=True)
    assert (about["Title"], about["Author"]) == ("Dossier de la visite, 4e B, jeu. 25 mars", "Technilab")
    assert [entry.get_title() for entry in document.get_toc()] == [
        "Dossier de la visite",
        "Programme de la journée",
        "Liste par numéro",
        "Information aux familles et autorisation",
        "Ordre de mission",
        "Fiche transport",
        "Fiche sécurité",
        "Accès au lycée",
    ]


async def test_the_same_visit_is_the_same_document(db):
    reservation = await visit()
    assert await printed(reservation) == await printed(reservation)


@pytest.mark.parametrize("kind", [None, "bilan", "attestation"])
async def test_markup_typed_anywhere_stays_text(app, kind):
    typed = dict.fromkeys(("title", "summary", "access", "pupils_do", "shown_only", "protective_equipment"), MARKUP)
    reservation = await attended(note=MARKUP, responsible=MARKUP, **typed)
    for table, columns in {
        "schools": ("name", "address", "mail", "principal_name"),
        "groups": ("name",),
        "accounts": ("name",),
        "rooms": ("name",),
        "tech_objects": ("name", "summary"),
        "reservations": ("needs",),
    }.items():
        for column in columns:
            # Constants of this test only.
            await value(f"UPDATE {table} SET {column} = $1 RETURNING 1", MARKUP)
    pdf = await printed(reservation, only=kind)
    assert squeezed(MARKUP) in squeezed("".join(pages_of(pdf)))
    browser = await claire(app, reservation)
    page = (await browser.get(f"/mes-visites/{reservation}/{kind or 'papiers/programme'}")).text
    assert ('<img src="/etc/passwd">' in page, "&lt;img src=" in page) == (False, True)


async def test_accents_ligatures_and_guillemets_are_printed(db):
    seen = "œuf, Œil, « ça », l’été – 5 €… ÿ Ÿ"
    (page,) = pages_of(await printed(await visit(summary=seen), only="programme"))
    assert squeezed(seen) in squeezed(page)


async def test_long_words_and_long_texts_make_pages_rather_than_errors(db):
    wide = {"pupils_do": "W" * 2000, "shown_only": "W" * 2000, "protective_equipment": "mot " * 500}
    reservation = await attended(title="W" * 140, access="W" * 1000, pupils=60, adults=12, note="W" * 500, **wide)
    await value("UPDATE tech_objects SET name = $1, summary = $2 RETURNING 1", "W" * 120, "W" * 2000)
    pages = pages_of(await printed(reservation))
    assert [page for place, page in enumerate(pages, 1) if f"page {place} sur {len(pages)}" not in page] == []
    assert "".join(pages).count("Ordre de mission") == 12 + 1
    # The object's name, summary and note, the workshop's title.
    drawn = pages_of(await printed(reservation, only="bilan"))
    assert sum(page.count("W") for page in drawn) >= 120 + 2000 + 500 + 140


async def test_the_only_object_of_a_class_and_what_teaches_it_are_on_one_page(db):
    reservation = await attended(diploma="Bac pro Microtechniques", diploma_link="https://www.onisep.fr/" + "x" * 200)
    lamp = await value("SELECT id FROM tech_objects")
    for name in ("Lycée Duhamel", "Lycée Faure", "Lycée Colomb"):
        lycee = await builders.school(kind="lycee", name=name)
        await builders.workshop(
            host=lycee, objects=(lamp,), diploma="CAP Horlogerie", diploma_link="https://onisep.fr/"
        )
    (page,) = pages_of(await printed(reservation, only="bilan"))
    assert (page.count("Bac pro Microtechniques"), page.count("CAP Horlogerie")) == (1, 2)


async def test_the_photo_of_an_object_takes_the_place_of_its_drawing(app, tmp_path):
    reservation = await attended()
    build = await value("UPDATE builds SET photo = 'lampe.jpg' RETURNING id")
    without = await printed(reservation, only="bilan")
    photo = BytesIO()
    Image.new("RGB", (80, 120), "#00ff00").save(photo, "JPEG")
    (tmp_path / "objets").mkdir()
    (tmp_path / "objets" / "lampe.jpg").write_bytes(photo.getvalue())
    shown = await printed(reservation, only="bilan", data_dir=tmp_path)
    assert [images(pdf) for pdf in (without, shown)] == [0, 1]
    page = (await (await claire(app, reservation)).get(f"/mes-visites/{reservation}/bilan")).text
    assert f'src="/fabrications/{build}/photo" alt="Lampe à balancier"' in page


def images(pdf: bytes) -> int:
    image = pypdfium2.raw.FPDF_PAGEOBJ_IMAGE
    return sum(1 for page in pypdfium2.PdfDocument(pdf) for _ in page.get_objects(filter=[image]))


async def test_what_cannot_be_printed_is_refused(db):
    with pytest.raises(NotFound):
        await printed(404)
    with pytest.raises(NoPapers):
        await printed(await visit(state="waiting"))


async def test_a_pack_takes_three_statements_whatever_the_group(db):
    statements = []
    for pupils, adults in ((2, 1), (60, 12)):
        reservation = await attended(pupils=pupils, adults=adults)
        asked: list[object] = []
        async with transaction() as here:
            with here.connection.query_logger(asked.append):
                seen = await visit_on_paper(reservation)
        assert seen is not None
        assert len(pack_of(seen)) == len(BEFORE) + 1
        statements.append(len(asked))
        await by_owner("TRUNCATE tech_objects CASCADE")
    assert statements == [3, 3]


async def test_the_list_of_a_class_of_27_and_3_adults_is_one_page(db):
    (page,) = pages_of(await printed(await visit(pupils=27, adults=3), only="liste"))
    assert [face in page for face in ("27", "A3", "Comptés au départ du lycée")] == [True] * 3


async def test_a_family_s_letter_is_one_page_that_says_who_answers_and_is_signed(db):
    (page,) = pages_of(await printed(await visit(bring="Chaussures fermées, une gourde."), only="familles"))
    told = ("Professeur Claire Renaud, 03 84 00 00 00", "Le professeur, Claire Renaud Signature", "gourde")
    assert [words in page for words in told] == [True] * 3


async def test_a_family_reads_where_it_is_told_what_is_kept_and_until_when(db):
    pdf = await pack_pdf(await visit(), data_dir=Path("/nowhere"), only="familles", site="https://technilab.example")
    (page,) = pages_of(pdf)
    assert "Ce qui est gardé, et combien de temps : https://technilab.example/confidentialite" in page
    assert "ils sont effacés 30 jours après la visite" in page


async def test_a_long_line_of_who_speaks_is_printed_whole_on_two_lines(db):
    funder = "Financé par l'État dans le cadre de France 2030"
    await builders.academie(carriers="CMQ Microtechniques et systèmes intelligents", funder=funder)
    drawn = await pack_pdf(await visit(), data_dir=Path("/nowhere"), printed_on=NOW.date())
    heads = [page.partition("Imprimé le")[0] + page.partition("Imprimé le")[2] for page in pages_of(drawn)]
    assert [("France 2030." in head, "France 20…" in head) for head in heads] == [(True, False)] * len(heads)


@pytest.mark.parametrize("first_names", [False, True])
async def test_a_family_s_letter_keeps_its_slip_on_its_page_with_three_lines_that_turn(db, first_names):
    turns = {
        "pupils_do": "Souder seize composants sous aspiration, tester au multimètre, régler la temporisation, fermer.",
        "protective_equipment": "Lunettes prêtées, fumées aspirées, fer posé sur son support. Mains lavées après.",
        "bring": "Chaussures fermées et manches courtes ou retroussées. Un sac pour rapporter l'objet fabriqué.",
    }
    reservation = await visit(**turns)
    await value("UPDATE groups SET first_names = $1 RETURNING 1", first_names)
    await value("UPDATE schools SET name = 'Lycée polyvalent Jules Haag' WHERE kind = 'lycee' RETURNING 1")
    (page,) = pages_of(await printed(reservation, only="familles"))
    assert ("Le responsable légal" in page, "refuse que son prénom figure" in page) == (True, first_names)


async def test_a_stop_that_the_lycee_has_said_is_printed_with_a_code_of_the_place(db):
    reservation = await visit()
    (before,) = pages_of(await printed(reservation, only="acces"))
    assert "À compléter Arrêt de transport en commun le plus proche" in before
    await value(
        """UPDATE schools SET stop = 'Tram 1, Temis', walk_minutes = 6, coach_drop = 'Rue Labbé', lat = 47.25,
        lon = 5.98, signatory = 'la proviseure' WHERE kind = 'lycee' RETURNING 1"""
    )
    drawn = await printed(reservation, only="acces")
    (after,) = pages_of(drawn)
    told = ("Arrêt Tram 1, Temis, à 6 minutes à pied", "Dépose du car Rue Labbé", "À compléter")
    assert [words in after for words in told] == [True, True, False]
    sheet = pypdfium2.PdfDocument(drawn)[0].render(scale=3).to_pil()
    assert [one.text for one in zxingcpp.read_barcodes(sheet)] == ["geo:47.25000,5.98000"]


async def test_an_attestation_names_a_function_and_leaves_a_place_for_both_stamps(db):
    reservation = await attended()
    await value("UPDATE schools SET signatory = 'la proviseure' WHERE kind = 'lycee' RETURNING 1")
    (page,) = pages_of(await printed(reservation, only="attestation"))
    assert ("Pour le lycée, la proviseure" in page, page.count("Nom, signature et cachet")) == (True, 2)
