"""In whose name Technilab speaks: on the first page, at the head of papers, at the foot of mails."""

from __future__ import annotations

import re
from base64 import b64decode
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, PngImagePlugin

from booking.day.papers.pack import pack_pdf
from tests import builders
from tests.booking.day.papers.paper_visit import visit
from tests.booking.mails.story import reserved, told
from tests.browsing import Browser, read
from tests.builders import NOW
from tests.owner import by_owner
from workshops.database import value

LINE = "Académie de Besançon, CMQ Microtechniques. Financé par l'État, France 2030."
SPEAKS = {"carriers": "CMQ Microtechniques", "funder": "Financé par l'État, France 2030."}
TYPED = {"which": "academie", "alternative": "Académie de Besançon"}


def a_mark(*, size: tuple[int, int] = (1200, 300), colour: str = "#1d4e89", form: str = "PNG", note: str = "") -> bytes:
    """A picture whose left half is empty; `note` is what an editor writes beside the points."""
    drawn = Image.new("RGBA", size)
    drawn.paste(colour, (size[0] // 2, 0, *size))
    beside = PngImagePlugin.PngInfo()
    beside.add_text("Author", note)
    file = BytesIO()
    (drawn.convert("RGB") if form == "JPEG" else drawn).save(file, form, **({"pnginfo": beside} if note else {}))
    return file.getvalue()


def shown_on(page: str) -> list[tuple[str, bytes]]:
    """Each mark of a page: what it says, and its PNG."""
    found = re.findall(r'<img src="data:image/png;base64,([^"]+)" alt="([^"]*)"', page)
    return [(alternative, b64decode(picture)) for picture, alternative in found]


async def bear(office: Browser, content: bytes | None, *, status: int = 303, **typed: str):
    files = None if content is None else {"image": ("marque", content, "image/png")}
    answer = await office.post("/gestion/reglages/marques", TYPED | typed, files=files)
    assert answer.status_code == status
    return answer


async def test_a_visitor_reads_on_the_first_screen_who_carries_the_programme_and_who_pays_for_it(app, office):
    await builders.academie(**SPEAKS)
    visitor = Browser(app, now=NOW)
    await bear(office, a_mark())
    await bear(office, a_mark(colour="#9a6b12", size=(400, 400)), which="funder", alternative="France 2030")
    for path, title in (("/", "TECHNILAB, pour les collèges"), ("/programme", "rapprochent collégiens")):
        page = await visitor.get(path)
        words = read(page)
        told = [words.index(line) for line in ("CMQ Microtechniques", "Financé par l'État, France 2030", title)]
        assert told == sorted(told)
        assert [alternative for alternative, _ in shown_on(page.text)] == ["Académie de Besançon", "France 2030"]
    await office.post("/gestion/reglages/marques/funder/retrait")
    assert [alternative for alternative, _ in shown_on((await visitor.get("/")).text)] == ["Académie de Besançon"]
    journal = read(await office.get("/gestion/journal?sujet=settings"))
    told = ("Marque de l'académie : Académie de Besançon", "Marque du financeur : France 2030")
    assert [journal.count(line) for line in (*told, "Marque du financeur : retirée")] == [1, 1, 1]


async def test_where_nothing_is_set_no_line_is_shown(app, office):
    visitor = Browser(app, now=NOW)
    assert "who-speaks" not in (await visitor.get("/")).text


async def test_a_mark_is_drawn_anew_small_and_without_what_its_file_told_beside(app, office):
    await bear(office, a_mark(note="Camille Perrin"))
    ((_, picture),) = shown_on((await office.get("/gestion/reglages/marques")).text)
    drawn = Image.open(BytesIO(picture))
    assert (drawn.format, drawn.size, b"Camille" in picture) == ("PNG", (480, 120), False)
    points = drawn.convert("RGBA")
    assert (points.getpixel((10, 60))[3], points.getpixel((470, 60))) == (0, (29, 78, 137, 254))


@pytest.mark.parametrize(
    ("content", "typed", "said"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', {}, "SVG n'est pas accepté"),
        (a_mark(form="JPEG"), {}, "exportez la marque en PNG"),
        (a_mark()[:200], {}, "exportez la marque en PNG"),
        (a_mark() + b"0" * 2_000_000, {}, "pèse plus de 2 Mo"),
        (b"", {}, "exportez la marque en PNG"),
        (None, {}, "choisissez un fichier PNG"),
        (a_mark(), {"alternative": ""}, "Texte de remplacement"),
        (a_mark(), {"which": "elsewhere"}, "Marque"),
    ],
)
async def test_what_is_no_png_or_says_nothing_to_who_does_not_see_it_is_refused_in_words(office, content, typed, said):
    refused = await bear(office, content, status=422, **typed)
    assert said in read(refused)
    assert await value("SELECT count(*) FROM academie_marks") == 0


async def test_papers_bear_the_line_on_each_page_and_the_marks_on_the_first(app, office):
    reservation = await visit()
    before = await pack_pdf(reservation, data_dir=Path("/nowhere"))
    await by_owner("DELETE FROM academie")
    await builders.academie(**SPEAKS)
    await bear(office, a_mark())
    pdf = pypdfium2.PdfDocument(await pack_pdf(reservation, data_dir=Path("/nowhere")))
    heads = [page.get_textpage().get_text_range().replace("\r\n", " ") for page in pdf]
    assert [LINE in head for head in heads] == [True] * 9
    pictures = [sum(1 for shown in page.get_objects() if shown.type == 3) for page in pdf]
    earlier = [sum(1 for shown in page.get_objects() if shown.type == 3) for page in pypdfium2.PdfDocument(before)]
    assert [now - then for now, then in zip(pictures, earlier, strict=True)] == [1, *[0] * 8]


async def test_a_mail_ends_with_one_line_that_says_who_speaks(app):
    story = await reserved(confirmed_at=NOW)
    await builders.academie(**SPEAKS)
    mail = await told("reservation_confirmed/teacher", story.reservation)
    assert mail is not None
    text = str(mail.part("text/plain").get_content()).replace("\r\n", "\n")
    assert f"Technilab : les collégiens fabriquent un objet technologique au lycée. {LINE}\n" in text
