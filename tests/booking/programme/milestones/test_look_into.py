"""A proof is opened before it is kept: a picture loses what it carried beside its points, no PDF acts by itself."""

from __future__ import annotations

import asyncio
import zlib
from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin
from reportlab.pdfgen.canvas import Canvas

from booking.programme.milestones.look_into import ProofRefused, look_into
from workshops.milestones.rules import Media


def a_pdf(*, password: str = "", owner_alone: bool = False) -> bytes:
    file = BytesIO()
    encrypt = None
    if password or owner_alone:
        from reportlab.lib.pdfencrypt import StandardEncryption  # noqa: PLC0415

        encrypt = StandardEncryption(password, ownerPassword="owner", canPrint=0)
    canvas = Canvas(file, encrypt=encrypt)
    canvas.drawString(100, 700, "Convention")
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def with_objects(*objects: bytes, stream: bytes | None = None) -> bytes:
    """A PDF of one page, written by hand, whose catalogue ends with the first of these lines."""
    catalogue, *more = objects
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R " + catalogue + b" >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
        *more,
    ]
    if stream is not None:
        parts.append(stream)
    written, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF"
    return written + end % (len(parts) + 1, table, len(parts) + 1, len(written))


def a_picture(form: str, *, size: tuple[int, int] = (2400, 1200), note: str = "") -> bytes:
    beside = PngImagePlugin.PngInfo()
    beside.add_text("Author", note)
    file = BytesIO()
    Image.new("RGB", size, "#1d4e89").save(file, form, **({"pnginfo": beside} if note else {}))
    return file.getvalue()


async def test_a_pdf_is_kept_as_it_is():
    for content in (a_pdf(), with_objects(b"")):
        kept = await look_into(content)
        assert (kept.media, kept.content) == (Media.PDF, content)


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
async def test_a_picture_is_drawn_anew_without_what_it_carried(form):
    sent = a_picture(form, note="Camille Perrin" if form == "PNG" else "")
    kept = await look_into(sent + b"<script>alert(1)</script>")
    drawn = Image.open(BytesIO(kept.content))
    assert (kept.media, drawn.format, drawn.size) == (Media.JPG, "JPEG", (1600, 800))
    assert [words in kept.content for words in (b"Camille", b"<script>")] == [False, False]


SCRIPT = b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"
ESCAPED = b"/OpenAction << /S /J#61vaScript /J#53 (app.alert\\(1\\)) >>"
NAMED = b"/Names << /JavaScript << /Names [(one) << /S /JavaScript /JS (1) >>] >> >>"
FILE = b"/Names << /EmbeddedFiles << /Names [(one) << /Type /Filespec /F (a.exe) /EF << /F 4 0 R >> >>] >> >>"
LAUNCH = b"/OpenAction << /S /Launch /F (cmd.exe) >>"


def packed(objects: bytes) -> bytes:
    """The same in an object stream, where a search of the file's bytes does not see it."""
    content = zlib.compress(b"5 0 " + objects)
    words = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream"
    return words % (len(content), content)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "ni comme un PDF"),
        (b"PK\x03\x04 a workbook", "ni comme un PDF"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "ni comme un PDF"),
        (a_picture("WEBP"), "ni comme un PDF"),
        (a_picture("PNG")[:80], "ne se lit pas"),
        (b"%PDF-1.7 and nothing more", "ne s'ouvre pas"),
        (a_pdf()[:200], "ne s'ouvre pas"),
        (a_pdf(password="secret"), "mot de passe"),
        (a_pdf(owner_alone=True), "mot de passe"),
        (with_objects(SCRIPT), "un script ou un fichier joint"),
        (with_objects(ESCAPED), "un script ou un fichier joint"),
        (with_objects(NAMED), "un script ou un fichier joint"),
        (with_objects(FILE, stream=b"<< /Length 1 >>\nstream\nA\nendstream"), "un script ou un fichier joint"),
        (with_objects(LAUNCH), "un script ou un fichier joint"),
        (with_objects(b"", stream=packed(b"<< /S /JavaScript /JS (1) >>")), "un script ou un fichier joint"),
        (with_objects(b"", stream=packed(b" " * 60_000_000)), "ne s'ouvre pas"),
        (a_pdf() + b"0" * 10_000_000, "plus de 10 Mo"),
    ],
)
async def test_what_is_none_of_the_three_or_does_more_than_to_be_read_is_refused_in_words(content, says):
    with pytest.raises(ProofRefused) as no:
        await look_into(content)
    assert says in no.value.sentence


async def test_several_are_opened_one_after_the_other():
    kept = await asyncio.gather(*(look_into(a_pdf()) for _ in range(4)), look_into(a_picture("JPEG")))
    assert [one.media for one in kept] == [*[Media.PDF] * 4, Media.JPG]
