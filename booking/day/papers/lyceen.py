"""The attestation of a lycéen who received a class: a sheet that the lycée prints, names by hand and signs.

The system knows no lycéen: the name is a line to write on, and the sheets of one visit are all the same.
"""

from __future__ import annotations

import asyncio

from booking.day.papers.after import duration
from booking.day.papers.letterhead import letterhead
from booking.day.papers.rules import Blanks, Facts, Paper, PaperText, Signatures
from booking.words.wording import day, span
from workshops.builds.queries import builds_of
from workshops.contributions.rules import HOSTS_MOST, NobodyReceived
from workshops.refusals import Invalid
from workshops.schools.queries import welcomed_at
from workshops.slots.queries import SlotCard, own_slot, turnouts_of


def lyceen_paper(slot: SlotCard, *, objects: tuple[str, ...], pupils: int, signatory: str, copies: int) -> Paper:
    """So many sheets of one visit, each for a lycéen to be named by hand."""
    built = (("Objets fabriqués", ", ".join(objects)),) if objects else ()
    sheet = (
        PaperText(
            f"{slot.school_name}, {slot.commune}, atteste que le lycéen nommé ci-dessous a reçu une classe de collège à"
            f" l'atelier « {slot.title} », dans le cadre du programme TECHNILAB.",
            strong=True,
        ),
        Facts(
            (
                ("Date et heures", span(slot.starts_at, slot.ends_at)),
                ("Durée", duration(int((slot.ends_at - slot.starts_at).total_seconds()) // 60)),
                ("Atelier", slot.title),
                *built,
                ("Collégiens reçus", str(pupils)),
            )
        ),
        Blanks(("Nom et prénom",)),
        Blanks(("Classe",)),
        PaperText("Le nom s'écrit à la main : Technilab n'en garde aucun.", soft=True),
        Signatures(
            ((f"Pour le lycée{f', {signatory}' if signatory else ''}", "Nom, signature et cachet"),),
            stamped=True,
            dated="Fait à ……………………………………, le ……………………………………",
        ),
    )
    foot = f"{slot.school_name} · {slot.title} · {day(slot.starts_at)}"
    return Paper("attestation-lyceen", "Attestation", "Pour un lycéen", foot, sheets=(sheet,) * copies, poster=True)


async def lyceen_pdf(slot: int, *, school: int, copies: int = 1) -> bytes:
    """The sheets of a closed visit of this lycée. Raises NotFound, NobodyReceived, Invalid for too many."""
    if not 1 <= copies <= HOSTS_MOST:
        raise Invalid({"copies": f"Exemplaires : écrivez un nombre de 1 à {HOSTS_MOST}."})
    card = await own_slot(slot, school=school)
    pupils = sum(group.counted for group in await turnouts_of(slot)) if card.state == "done" else 0
    if not pupils:
        raise NobodyReceived
    built = dict.fromkeys(one.name for one in await builds_of(slot) if one.finished)
    paper = lyceen_paper(
        card,
        objects=tuple(built),
        pupils=pupils,
        signatory=(await welcomed_at(school)).signatory,
        copies=copies,
    )
    from booking.day.papers.draw import draw  # noqa: PLC0415 - reportlab is heavy, and rarely asked for

    title, head = f"Attestation, {paper.visit}", await letterhead()
    return await asyncio.to_thread(draw, (paper,), title=title, photos={}, head=head, alone=True)
