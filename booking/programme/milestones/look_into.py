"""Open a file that proves something before it is kept: a PDF that does nothing by itself, or a picture drawn anew."""

from __future__ import annotations

import re
import zlib
from functools import partial
from typing import Any

from booking.day.photos.encode import PhotoRefused, encode_photo, in_turn
from booking.process.memory import trim_memory
from workshops.milestones.rules import LookedInto, Media
from workshops.refusals import Refusal

BYTES_MOST = 10_000_000
PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
PDF = b"%PDF-"
# Readers look for the mark in the first kilobyte.
PDF_BEGINS_WITHIN = 1024
# What a PDF's compressed objects may grow to, together.
UNFOLDED_MOST = 50_000_000
# What acts by itself or carries another file (ISO 32000-2: 7.11.4, 12.5.6.15, 12.6.4, 13.7).
_ACTS = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|FileAttachment|GoToE|XFA)(?![A-Za-z0-9_.#-])")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")


class ProofRefused(Refusal):
    """A file that is none of the three kinds, or that does more than to be read."""

    kind = "proof-refused"
    status = 422
    title = "Fichier refusé"
    field = "file"
    sentence = "Ce fichier ne se lit ni comme un PDF, ni comme une image PNG ou JPEG."


async def look_into(content: bytes) -> LookedInto:
    """What of a file may be kept: a PDF as it is, a picture as a JPEG without what it carried beside its points.

    What it is comes from its first bytes, whatever its name says. One at a time, and apart from the pages. Raises
    ProofRefused.
    """
    if len(content) > BYTES_MOST:
        raise ProofRefused("Ce fichier pèse plus de 10 Mo. Envoyez-le en plus petit, ou donnez un lien.")
    if content.startswith(PICTURES):
        try:
            return LookedInto(Media.JPG, await in_turn(partial(encode_photo, most=BYTES_MOST), content))
        except PhotoRefused as no:
            raise ProofRefused(_of_a_picture(no)) from None
    if PDF in content[:PDF_BEGINS_WITHIN]:
        await in_turn(_open_pdf, content)
        return LookedInto(Media.PDF, content)
    raise ProofRefused()


def _of_a_picture(no: PhotoRefused) -> str:
    return "Cette image ne se lit pas." if no.sentence == PhotoRefused.sentence else no.sentence


def _open_pdf(content: bytes) -> None:
    from pypdfium2 import PdfDocument, PdfiumError, raw  # noqa: PLC0415 - heavy, for those who send a PDF alone

    try:
        with PdfDocument(content) as opened:
            _refuse_what_acts(opened, raw, content)
    except PdfiumError as no:
        encrypted = getattr(no, "err_code", None) == raw.FPDF_ERR_PASSWORD
        raise ProofRefused(ENCRYPTED if encrypted else UNREAD) from None
    finally:
        trim_memory()


ENCRYPTED = "Ce PDF est protégé par un mot de passe. Enregistrez-le sans protection."
UNREAD = "Ce PDF ne s'ouvre pas. Enregistrez-le de nouveau en PDF."
ACTS = "Ce PDF contient un script ou un fichier joint. Imprimez-le en PDF, puis envoyez celui-ci."


def _refuse_what_acts(opened: Any, raw: Any, content: bytes) -> None:
    if raw.FPDF_GetSecurityHandlerRevision(opened) != -1:
        raise ProofRefused(ENCRYPTED)
    if not len(opened) or opened.get_page(0).get_size() == (0, 0):
        raise ProofRefused(UNREAD)
    if raw.FPDFDoc_GetJavaScriptActionCount(opened) > 0 or raw.FPDFDoc_GetAttachmentCount(opened) > 0 or _acts(content):
        raise ProofRefused(ACTS)


def _acts(content: bytes) -> bool:
    """Whether an object of the PDF names what acts, where pages only draw: also one that is compressed."""
    return any(_ACTS.search(_ESCAPED.sub(_letter, part)) for part in _objects(content))


def _objects(content: bytes) -> list[bytes]:
    """What stands between the streams, and what object streams hold (ISO 32000-2, 7.5.7). Raises ProofRefused."""
    found, left, at = [], UNFOLDED_MOST, 0
    for stream in re.finditer(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
        between = content[at : stream.start()]
        found.append(between)
        at = stream.end()
        if b"/ObjStm" in _ESCAPED.sub(_letter, between[between.rfind(b"obj") :]):
            unfolded = _unfolded(stream[1], most=left)
            left -= len(unfolded)
            found.append(unfolded)
    return [*found, content[at:]]


def _unfolded(packed: bytes, *, most: int) -> bytes:
    if packed.lstrip()[:1].isdigit():
        return packed
    opener = zlib.decompressobj()
    try:
        unfolded = opener.decompress(packed, max(most, 1))
    except zlib.error:
        raise ProofRefused(UNREAD) from None
    if opener.unconsumed_tail:
        raise ProofRefused(UNREAD)
    return unfolded


def _letter(escaped: re.Match[bytes]) -> bytes:
    return bytes([int(escaped[1], 16)])
