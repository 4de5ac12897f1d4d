"""The register of milestones: written down within the programme, done, given up, taken up again, and proved."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256

import pytest

from tests import builders, builders_bts1, builders_milestones
from tests.builders import NOW
from workshops.database import rows, value
from workshops.milestones.plan import PlanMilestone, change_milestone, plan_milestone, remove_milestone
from workshops.milestones.prove import AddProof, add_proof, remove_proof
from workshops.milestones.queries import late_milestones, milestone, milestones, proof_content
from workshops.milestones.rules import LookedInto, Media, MilestoneEnded, MilestoneOpen, Risk
from workshops.milestones.settle import (
    CompleteMilestone,
    GiveUpMilestone,
    complete_milestone,
    give_up_milestone,
    take_up_milestone,
)
from workshops.programmes.targets.rules import Programme
from workshops.refusals import Invalid, NotFound

TODAY, DAY = date(2027, 1, 11), timedelta(days=1)
DUE = date(2027, 3, 1)


@pytest.fixture
async def by(db) -> int:
    return await builders.person("coordinator")


async def acts() -> list[str]:
    found: list[str] = await value("SELECT array_agg(act::text ORDER BY id) FROM events WHERE about_kind = 'milestone'")
    return found


async def test_late_ones_stand_first_then_those_to_come_by_their_day_then_those_that_ended(db):
    for title, due_on, more in (
        ("Fait tôt", DUE, {"state": "done", "ended_on": TODAY - 9 * DAY}),
        ("En mars", DUE, {}),
        ("Abandonné", DUE, {"state": "given_up", "ended_on": TODAY - DAY, "reason": "Sans réponse"}),
        ("Aujourd'hui", TODAY, {"state": "under_way"}),
        ("Hier", TODAY - DAY, {}),
        ("L'an dernier", date(2026, 6, 1), {}),
    ):
        await builders_milestones.milestone(title=title, due_on=due_on, **more)
    found = await milestones(now=NOW)
    order = ["L'an dernier", "Hier", "Aujourd'hui", "En mars", "Abandonné", "Fait tôt"]
    assert [one.title for one in found] == order
    assert [one.late_on(TODAY) for one in found] == [True, True, False, False, False, False]
    assert [one.title for one in await late_milestones(now=NOW)] == ["L'an dernier", "Hier"]


async def test_a_milestone_is_written_down_and_told_otherwise(by):
    await builders.target(from_on=date(2025, 9, 1))
    cnam, uimm = await builders_bts1.partner(name="Cnam"), await builders_bts1.partner(kind="uimm", name="UIMM")
    other = await builders_milestones.milestone(title="Un autre")
    made = await plan_milestone(
        PlanMilestone(title=" Charte  signée ", due_on=DUE, programme=Programme.PTECH, owner=cnam), by=by, now=NOW
    )
    told = PlanMilestone(
        title="Charte signée",
        due_on=DUE + DAY,
        owner=uimm,
        state="under_way",
        risk=Risk.HIGH,
        measure="Relance\nÉcrite",
    )
    await change_milestone(made, told, by=by, now=NOW)
    await change_milestone(made, told, by=by, now=NOW)
    one = await milestone(made, now=NOW)
    assert one is not None
    assert (one.title, one.programme, one.owner_name, one.due_on) == ("Charte signée", "", "UIMM", DUE + DAY)
    assert (one.state, one.risk, one.measure) == ("under_way", "high", "Relance\nÉcrite")
    untouched = await milestone(other, now=NOW)
    assert untouched is not None
    assert (untouched.title, untouched.owner) == ("Un autre", None)
    assert await acts() == ["milestone_added", "milestone_changed"]
    assert await value("SELECT words FROM event_words ORDER BY event DESC LIMIT 1") == (
        "Charte signée : dispositif, qui en répond, échéance 01/03/2027 -> 02/03/2027, état À faire -> En cours,"
        " risque Faible -> Élevé, mesure corrective"
    )


@pytest.mark.parametrize(
    ("said", "field", "sentence"),
    [
        ({"due_on": date(2025, 8, 31)}, "due_on", "le programme commence le 01/09/2025"),
        ({"title": ""}, "title", "à remplir"),
        ({"title": "Convention de Léa Martin"}, "title", "ressemble à un nom de personne"),
        ({"risk_words": "Un élève asthmatique"}, "risk_words", "parle de la santé d'un élève"),
        ({"measure": "Appeler Léa Martin"}, "measure", "ressemble à un nom de personne"),
        ({"owner": 999_999}, "owner", "choisissez dans la liste"),
    ],
)
async def test_a_wrong_milestone_is_refused_in_words_and_nothing_is_kept(by, said, field, sentence):
    await builders.target(from_on=date(2026, 9, 1), metric="other", declared=True)
    await builders.target(from_on=date(2025, 9, 1))
    known = await builders_milestones.milestone()
    with pytest.raises(Invalid) as no:
        await plan_milestone(PlanMilestone(**{"title": "Charte", "due_on": DUE} | said), by=by, now=NOW)
    assert sentence in no.value.errors[field]
    with pytest.raises(Invalid):
        await change_milestone(known, PlanMilestone(**{"title": "Charte", "due_on": DUE} | said), by=by, now=NOW)
    assert (await value("SELECT count(*) FROM milestones"), await value("SELECT count(*) FROM events")) == (1, 0)
    assert await value("SELECT title FROM milestones") == "Convention signée"


async def test_before_a_target_is_set_a_milestone_may_be_due_on_any_day(by):
    assert await plan_milestone(PlanMilestone(title="Charte", due_on=date(2024, 1, 1)), by=by, now=NOW)


async def test_a_milestone_is_done_on_a_day_or_given_up_with_a_reason_and_taken_up_again(by):
    done, given_up = await builders_milestones.milestone(), await builders_milestones.milestone()
    with pytest.raises(Invalid):
        await complete_milestone(done, CompleteMilestone(done_on=TODAY + DAY), by=by, now=NOW)
    await complete_milestone(done, CompleteMilestone(done_on=TODAY - DAY), by=by, now=NOW)
    await give_up_milestone(given_up, GiveUpMilestone(reason="Sans réponse du marché"), by=by, now=NOW)
    ended = [await milestone(one, now=NOW) for one in (done, given_up)]
    assert [(one.state, one.ended_on, one.reason) for one in ended if one] == [
        ("done", TODAY - DAY, ""),
        ("given_up", TODAY, "Sans réponse du marché"),
    ]
    for number in (done, given_up):
        with pytest.raises(MilestoneEnded):
            await complete_milestone(number, CompleteMilestone(done_on=TODAY), by=by, now=NOW)
        with pytest.raises(MilestoneEnded):
            await change_milestone(number, PlanMilestone(title="Autre", due_on=DUE), by=by, now=NOW)
    await take_up_milestone(given_up, by=by, now=NOW)
    again = await milestone(given_up, now=NOW)
    assert again is not None
    assert (again.state, again.ended_on, again.reason) == ("under_way", None, "")
    with pytest.raises(MilestoneOpen):
        await take_up_milestone(given_up, by=by, now=NOW)
    assert await acts() == ["milestone_done", "milestone_given_up", "milestone_taken_up"]


async def test_a_reason_names_nobody(by):
    with pytest.raises(Invalid):
        GiveUpMilestone(reason="Léa Martin est partie")


async def test_a_file_a_link_and_a_figure_prove_a_milestone_and_are_taken_away_one_by_one(by):
    target = await builders.target()
    number, other = await builders_milestones.milestone(), await builders_milestones.milestone(title="Un autre")
    beside = await builders_milestones.proof(other, label="Ailleurs")
    file = LookedInto(Media.PDF, b"%PDF-1.4 a convention")
    kept = await add_proof(number, AddProof(label="Convention"), file=file, by=by, now=NOW)
    await add_proof(number, AddProof(label="Page", link="https://www.example.org"), by=by, now=NOW)
    await add_proof(number, AddProof(label="Élèves", target=target), by=by, now=NOW)
    one = await milestone(number, now=NOW)
    assert one is not None
    of_file, of_link, of_figure = one.proofs
    assert (of_file.media, of_file.size, of_file.sha256) == ("pdf", 21, sha256(file.content).hexdigest())
    assert (of_link.link, of_link.shown) == ("https://www.example.org", None)
    shown = of_figure.shown
    assert shown is not None
    assert (shown.figure, shown.target, shown.unit, shown.on) == (0, 6000, "élèves", TODAY)
    found = await proof_content(number, kept)
    assert found is not None
    assert (found.file_name, found.content) == ("convention.pdf", file.content)
    assert await proof_content(other, kept) is None
    with pytest.raises(NotFound):
        await remove_proof(other, kept, by=by, now=NOW)
    await remove_proof(number, kept, by=by, now=NOW)
    assert await value("SELECT count(*) FROM milestone_proof_files") == 0
    assert [proof.id for card in await milestones(now=NOW) for proof in card.proofs if card.id == other] == [beside]
    assert await acts() == [*["proof_added"] * 3, "proof_removed"]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "Choisissez une preuve : un fichier, un lien ou un chiffre du bilan."),
        ({"link": "https://www.example.org", "target": 1}, "une seule preuve"),
        ({"link": "javascript:alert(1)"}, "commence par https://"),
        ({"link": "http://www.example.org"}, "commence par https://"),
        ({"target": 999_999}, "choisissez dans la liste"),
        ({"label": "Attestation de Léa Martin", "link": "https://www.example.org"}, "ressemble à un nom de personne"),
    ],
)
async def test_a_wrong_proof_is_refused_in_words_and_nothing_is_kept(by, said, sentence):
    number = await builders_milestones.milestone()
    with pytest.raises(Invalid) as no:
        await add_proof(number, AddProof(**{"label": "Preuve"} | said), by=by, now=NOW)
    assert sentence in " ".join(no.value.errors.values())
    assert await value("SELECT count(*) FROM milestone_proofs") == 0


async def test_nothing_is_kept_for_a_milestone_that_is_not_there(by):
    proof = AddProof(label="Page", link="https://www.example.org")
    for act in (
        add_proof(999, proof, by=by, now=NOW),
        remove_milestone(999, by=by, now=NOW),
        complete_milestone(999, CompleteMilestone(done_on=TODAY), by=by, now=NOW),
    ):
        with pytest.raises(NotFound):
            await act
    assert await value("SELECT count(*) FROM milestone_proofs") == 0


async def test_a_mistake_goes_with_its_proofs_and_nothing_else(by):
    number, other = await builders_milestones.milestone(), await builders_milestones.milestone(title="Un autre")
    for of in (number, other):
        await builders_milestones.proof(of, kind="file")
    await remove_milestone(number, by=by, now=NOW)
    assert [one.title for one in await milestones(now=NOW)] == ["Un autre"]
    assert await value("SELECT count(*) FROM milestone_proof_files") == 1


async def test_what_a_partner_leaves_falls_to_the_coordination_and_a_figure_that_is_gone_shows_none(by):
    target, partner = await builders.target(), await builders_bts1.partner()
    number = await builders_milestones.milestone(owner=partner)
    await builders_milestones.proof(number, kind="figure", target=target)
    await rows("DELETE FROM partners")
    await rows("DELETE FROM targets")
    one = await milestone(number, now=NOW)
    assert one is not None
    assert (one.owner, one.owner_name, one.proofs[0].kind, one.proofs[0].shown) == (None, "", "figure", None)
