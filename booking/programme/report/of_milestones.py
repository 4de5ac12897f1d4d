"""The milestones and their proofs in the file: the first of them, and no figure that it hides. Pure."""

from __future__ import annotations

from booking.programme.report.gather import Facts
from booking.programme.report.lines import cut
from booking.programme.report.rules import Block
from booking.programme.report.tell_milestones import milestone_blocks, proof_blocks
from booking.words.wording import day

LINES_MOST = 12


def of_milestones(facts: Facts) -> tuple[Block, ...]:
    """What is due, done and late."""
    return cut(milestone_blocks(facts.milestones, today=facts.today), LINES_MOST)


def of_proofs(facts: Facts) -> tuple[Block, ...]:
    """What proves it."""
    hidden = {one.stand.target.id for one in facts.stands if not one.done}
    return cut(proof_blocks(facts.milestones, today=facts.today, hidden=hidden), LINES_MOST)


def late_milestones(facts: Facts) -> list[str]:
    """« Jalon : Charte du consortium, dû le mardi 1er septembre 2026 »"""
    late = [one for one in facts.milestones if one.late_on(facts.today)]
    return [f"Jalon : {one.title}, dû le {day(one.due_on)}" for one in late]
