"""The sections of the file for France 2030 on milestones and their proofs."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256

from booking.programme.report.rules import Figures, Paragraph
from booking.programme.report.tell_milestones import milestone_blocks, proof_blocks
from tests import builders, builders_bts1, builders_milestones
from tests.builders import NOW
from workshops.milestones.queries import milestones

TODAY = date(2027, 1, 11)


async def test_each_milestone_is_told_with_how_it_stands_and_what_threatens_it(db):
    partner = await builders_bts1.partner(name="Cnam")
    await builders_milestones.milestone(
        title="Charte",
        due_on=TODAY - timedelta(days=18),
        owner=partner,
        programme="ptech",
        risk="high",
        risk_words="Une entreprise attend.",
        measure="Une autre est contactée.",
    )
    await builders_milestones.milestone(title="Rapport", due_on=date(2027, 3, 1))
    await builders_milestones.milestone(title="Bilan", due_on=TODAY, state="done", ended_on=date(2026, 12, 1))
    await builders_milestones.milestone(title="Enquête", state="given_up", ended_on=TODAY, reason="Sans réponse.")
    said, table, threats, given_up = milestone_blocks(await milestones(now=NOW), today=TODAY)
    assert said == Paragraph("1 jalon fait sur 3, 1 en retard.")
    assert isinstance(table, Figures)
    assert table.lines == (
        ("Charte", "P-TECH", "Cnam", date(2026, 12, 24), "À faire, 18 jours de retard", 0),
        ("Rapport", "Tout le programme", "La coordination", date(2027, 3, 1), "À faire", 0),
        ("Enquête", "Tout le programme", "La coordination", date(2027, 3, 1), "Abandonné le 11 janv. 2027", 0),
        ("Bilan", "Tout le programme", "La coordination", TODAY, "Fait le 1er déc. 2026", 0),
    )
    assert isinstance(threats, Figures)
    assert threats.lines == (("Charte", "Élevé", "Une entreprise attend.", "Une autre est contactée."),)
    assert isinstance(given_up, Figures)
    assert given_up.lines == (("Enquête", "Sans réponse."),)


async def test_each_proof_is_listed_with_the_digest_of_its_file_its_size_and_its_day(db):
    target, one = await builders.target(), await builders_milestones.milestone(title="Convention")
    content = b"%PDF-1.4" + b" " * 40_000
    await builders_milestones.proof(one, kind="file", label="Page de signature", content=content)
    await builders_milestones.proof(one, label="Compte rendu")
    await builders_milestones.proof(one, kind="figure", label="Élèves", target=target)
    (table,) = proof_blocks(await milestones(now=NOW), today=TODAY)
    assert isinstance(table, Figures)
    digest = sha256(content).hexdigest()[:12]
    assert [tuple(str(cell).replace("\u202f", " ").replace("\xa0", " ") for cell in line) for line in table.lines] == [
        ("Page de signature", "Convention", f"PDF, 40 ko, SHA-256 {digest}", "2027-01-11"),
        ("Compte rendu", "Convention", "https://www.example.org/compte-rendu", "2027-01-11"),
        ("Élèves", "Convention", "Collégiens accueillis : 0 sur 6 000 élèves, le 11 janv. 2027", "2027-01-11"),
    ]


async def test_where_there_is_none_it_is_said(db):
    assert milestone_blocks([], today=TODAY) == (Paragraph("Aucun jalon n'est noté."),)
    assert proof_blocks([], today=TODAY) == (Paragraph("Aucune preuve n'est gardée."),)
