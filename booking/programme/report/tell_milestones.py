"""The milestones and their proofs, as the file for France 2030 tells them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from booking.programme.report.rules import Block, Cell, Figures, Paragraph
from booking.words.milestones import weight
from booking.words.wording import PROGRAMMES, brief_date, counted, day, number, paris
from workshops.milestones.queries import MilestoneCard, ProofCard
from workshops.milestones.rules import RISKS, STATES

DIGITS_SHOWN = 12


def milestone_blocks(found: Sequence[MilestoneCard], *, today: date) -> tuple[Block, ...]:
    """Of the section « Jalons »: how many are done and late of those not given up, each in a table, then what threatens
    those to come."""
    if not found:
        return (Paragraph("Aucun jalon n'est noté."),)
    done, late = sum(one.state == "done" for one in found), [one for one in found if one.late_on(today)]
    kept = sum(one.state != "given_up" for one in found)
    words = f"{counted(done, 'jalon fait', 'jalons faits')} sur {number(kept)}, {number(len(late))} en retard."
    return (
        Paragraph(words),
        Figures(
            "Échéances et état",
            ("Jalon", "Dispositif", "Qui en répond", "Échéance", "État", "Preuves"),
            tuple(_line(one, today) for one in found),
            rule=f"Un jalon est en retard quand son échéance est passée sans qu'il soit fait. Au {day(today)}.",
        ),
        *_threats(found),
    )


def _line(one: MilestoneCard, today: date) -> tuple[Cell, ...]:
    state = STATES[one.state]
    if one.late_on(today):
        state = f"{state}, {counted((today - one.due_on).days, 'jour')} de retard"
    elif one.ended_on is not None:
        state = f"{state} le {brief_date(one.ended_on)} {one.ended_on.year}"
    owner = one.owner_name or "La coordination"
    return one.title, PROGRAMMES.get(one.programme, "Tout le programme"), owner, one.due_on, state, len(one.proofs)


def _threats(found: Sequence[MilestoneCard]) -> Iterator[Block]:
    told = [one for one in found if one.open and (one.risk != "low" or one.risk_words or one.measure)]
    if told:
        lines = tuple((one.title, RISKS[one.risk], one.risk_words, one.measure) for one in told)
        yield Figures("Risques et mesures", ("Jalon", "Risque", "Ce qui le menace", "Mesure corrective"), lines)
    given_up = tuple((one.title, one.reason) for one in found if one.reason)
    if given_up:
        yield Figures("Jalons abandonnés", ("Jalon", "Pourquoi"), given_up)


def proof_blocks(found: Sequence[MilestoneCard], *, today: date, hidden: Collection[int] = ()) -> tuple[Block, ...]:
    """Of the section « Liste des preuves »: each with its milestone and its day; a file by the SHA-256 of what is kept,
    a figure by its value of the day, unless its target is one of those `hidden`."""
    lines = tuple(
        (proof.label, one.title, _what(proof, hidden), paris(proof.added_at).date())
        for one in found
        for proof in one.proofs
    )
    if not lines:
        return (Paragraph("Aucune preuve n'est gardée."),)
    return (
        Figures(
            "Preuves, jalon par jalon",
            ("Preuve", "Jalon", "Ce que c'est", "Ajoutée le"),
            lines,
            rule=f"D'un fichier : les {DIGITS_SHOWN} premiers caractères de l'empreinte SHA-256 de ce que Technilab"
            f" garde. Un chiffre est celui du bilan au {day(today)}.",
        ),
    )


def _what(proof: ProofCard, hidden: Collection[int]) -> str:
    if proof.kind == "file":
        return f"{proof.media.upper()}, {weight(proof.size)}, SHA-256 {proof.sha256[:DIGITS_SHOWN]}"
    if proof.kind == "link":
        return proof.link
    if proof.target in hidden:
        return f"{proof.target_label} : masqué"
    if proof.shown is None:
        return "Un chiffre qui n'est plus au bilan"
    if proof.shown.figure is None:
        return f"{proof.target_label} : pas encore suivi"
    shown = f"{number(proof.shown.figure)} sur {number(proof.shown.target)} {proof.shown.unit}"
    return f"{proof.target_label} : {shown}, le {brief_date(proof.shown.on)} {proof.shown.on.year}"
