"""Jalons: what is due, late first, kept by the coordination, read by the consortium, proved by what was looked into."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest

from tests import builders, builders_bts1, builders_milestones
from tests.booking.programme.milestones.test_look_into import a_pdf, a_picture
from tests.browsing import Browser, read
from tests.builders import NOW
from workshops.database import row, value

TODAY, DAY = date(2027, 1, 11), timedelta(days=1)
PAGE = "/gestion/jalons"
CHARTER = {"title": "Charte signée", "due_on": "2027-03-01", "programme": "ptech", "risk": "high", "state": "to_do"}


@pytest.fixture
async def reader(app, office) -> Browser:
    """Somebody who reads for the Cnam, which answers for one milestone; the UIMM answers for another, late one."""
    cnam, uimm = await builders_bts1.partner(name="Cnam"), await builders_bts1.partner(kind="uimm", name="UIMM")
    await builders_milestones.milestone(title="Charte des mentors", due_on=TODAY - 18 * DAY, owner=uimm, risk="high")
    await builders_milestones.milestone(title="Formations habilitées", due_on=TODAY + DAY, owner=cnam, programme="bts1")
    await builders_milestones.milestone(title="Bilan remis", state="done", ended_on=TODAY - DAY)
    return await Browser(app, now=NOW).sign_in(await builders.person("consortium", "lecteur@example.org", partner=cnam))


async def test_late_ones_stand_first_and_a_scheme_narrows_the_list(office, reader):
    told = read(await office.get(PAGE))
    order = ["Charte des mentors", "18 jours de retard", "Formations habilitées", "1 jalon terminé", "Bilan remis"]
    assert [told.index(words) for words in order] == sorted(told.index(words) for words in order)
    assert "jeudi 24 décembre 2026 · Tout le programme · UIMM · risque élevé" in told
    narrowed = read(await office.get(f"{PAGE}?dispositif=bts1"))
    assert ("Formations habilitées" in narrowed, "Charte des mentors" in narrowed) == (True, False)
    whole = read(await office.get(f"{PAGE}?dispositif=programme"))
    assert ("Formations habilitées" in whole, "Charte des mentors" in whole) == (False, True)
    assert "Aucun jalon n'est à tenir pour ce choix." in read(await office.get(f"{PAGE}?dispositif=technilab"))


async def test_a_member_of_the_consortium_reads_his_own_first_and_changes_nothing(office, reader):
    page = await reader.get(PAGE)
    told = read(page)
    assert told.index("Formations habilitées") < told.index("Les autres") < told.index("Charte des mentors")
    assert "Ajouter un jalon" not in told
    number = await value("SELECT id FROM milestones WHERE title = 'Formations habilitées'")
    proof = await builders_milestones.proof(number, kind="file", label="Avis du conseil")
    one = await reader.get(f"{PAGE}/{number}")
    assert ("Avis du conseil" in read(one), one.text.count('<form method="post" action="/gestion')) == (True, 0)
    assert (await reader.get(f"{PAGE}/{number}/preuves/{proof}/fichier")).status_code == 200
    for path in ("", "/fait", "/abandon", "/reprise", "/retrait", "/preuves", f"/preuves/{proof}/retrait"):
        assert (path, (await reader.post(f"{PAGE}/{number}{path}", CHARTER)).status_code) == (path, 404)
    assert await value("SELECT count(*) FROM events WHERE about_kind = 'milestone'") == 0


async def test_late_ones_lead_the_board_of_both_and_stand_in_what_is_to_do(office, reader):
    await builders.target()
    for browser in (office, reader):
        told = read(await browser.get("/gestion"))
        assert "1 jalon en retard Charte des mentors dû le jeudi 24 décembre 2026 · UIMM" in told
        assert told.index("1 jalon en retard") < told.index("Collégiens accueillis")
    to_do = read(await office.get("/gestion/a-faire"))
    assert "Charte des mentors Dû le jeudi 24 décembre 2026, 18 jours de retard. UIMM en répond." in to_do
    await builders_milestones.milestone(title="Rapport", due_on=TODAY - DAY)
    assert "2 jalons en retard Leur échéance est passée." in read(await office.get("/gestion/a-faire"))


async def test_a_milestone_is_added_changed_done_and_taken_up_again(office):
    await builders.target()
    partner = await builders_bts1.partner(name="UIMM")
    await builders_bts1.partner(kind="cnam", name="Parti", to_on=date(2026, 1, 1))
    new = read(await office.get(f"{PAGE}/nouveau"))
    assert ("UIMM" in new, "Parti" in new) == (True, False)
    added = await office.post(PAGE, CHARTER | {"owner": str(partner)})
    number = await value("SELECT id FROM milestones")
    assert added.headers["location"] == f"{PAGE}/{number}?fait=jalon-enregistre"
    here = f"{PAGE}/{number}"
    told = read(await office.get(here))
    assert "Qui en répond UIMM Risque Élevé" in told
    changed = await office.post(here, CHARTER | {"owner": "", "state": "under_way", "measure": "Relance écrite"})
    assert changed.headers["location"] == f"{here}?fait=jalon-enregistre"
    assert "En cours" in read(await office.get(here))
    assert (await office.post(f"{here}/fait", {"done_on": "2027-01-10"})).headers["location"].endswith("jalon-fait")
    done = read(await office.get(here))
    told = ("Fait le dimanche 10 janvier 2027", "Risque", "Relance écrite")
    assert [words in done for words in told] == [True, False, False]
    assert (await office.post(f"{here}/reprise")).headers["location"].endswith("jalon-repris")
    assert (await office.post(f"{here}/abandon", {"reason": "Sans suite"})).headers["location"].endswith("abandonne")
    assert "Pourquoi abandonné Sans suite" in read(await office.get(here))
    journal = read(await office.get("/gestion/journal?sujet=milestone"))
    for words in ("Jalon ajouté", "Jalon changé", "Jalon fait", "Jalon repris", "Jalon abandonné"):
        assert journal.count(words) == 1
    assert ("Charte signée, pour le 01/03/2027" in journal, "Charte signée : 10/01/2027" in journal) == (True, True)
    assert (await office.post(f"{here}/retrait")).headers["location"] == f"{PAGE}?fait=jalon-retire"
    assert (await office.get(here)).status_code == 404


@pytest.mark.parametrize(
    ("path", "typed", "says"),
    [
        ("", {"due_on": "2025-08-31"}, "Échéance : le programme commence le 01/09/2025."),
        ("", {"title": ""}, "Jalon : à remplir."),
        ("", {"measure": "Appeler Léa Martin"}, "ressemble à un nom de personne"),
        ("/fait", {"done_on": "2027-01-12"}, "choisissez aujourd'hui ou un jour passé"),
        ("/fait", {"done_on": "2019-05-05"}, "Fait le : le programme commence le 01/09/2025."),
        ("/abandon", {"reason": ""}, "Pourquoi : à remplir."),
        ("/preuves", {"label": "Convention"}, "Choisissez une preuve : un fichier, un lien ou un chiffre du bilan."),
        ("/preuves", {"label": "Convention", "link": "http://x.example"}, "commence par https://"),
    ],
)
async def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_kept(office, path, typed, says):
    await builders.target()
    here = f"{PAGE}/{await builders_milestones.milestone(title='Charte')}"
    before = await row("SELECT title, due_on, state FROM milestones")
    for address in {f"{here}{path}", f"{here}{path}" if path else PAGE}:
        refused = await office.post(address, (CHARTER if not path else {}) | typed)
        assert (refused.status_code, says in read(refused)) == (422, True)
    assert await row("SELECT title, due_on, state FROM milestones") == before
    told = "events WHERE about_kind = 'milestone'"
    counts = [await value(f"SELECT count(*) FROM {table}") for table in ("milestones", "milestone_proofs", told)]
    assert counts == [1, 0, 0]


async def test_of_a_proof_that_weighs_too_much_it_is_said_how_much_it_may(office):
    here = f"{PAGE}/{await builders_milestones.milestone()}"
    for heavy in (10_000_000, 11_500_000, 31_000_000):
        file = {"file": ("a.pdf", b"%PDF-" + b"x" * heavy, "")}
        sent = await office.post(f"{here}/preuves", {"label": "Convention de la Région"}, files=file)
        # The page again, with what was typed.
        assert (sent.status_code, "10 Mo" in read(sent)) == (422, True)
        assert 'value="Convention de la Région"' in sent.text
    file = {"file": ("a.pdf", b"%PDF-" + b"x" * 32_000_000, "")}
    sent = await office.post(f"{here}/preuves", {"label": "Convention de la Région"}, files=file)
    assert (sent.status_code, "10 Mo au plus." in read(sent)) == (413, True)
    # It came no further than the door: the form as it was filled in is the browser's to give back.
    assert "Rien n'est enregistré. La touche « précédent » de votre navigateur" in read(sent)
    assert await value("SELECT count(*) FROM milestone_proofs") == 0


async def test_a_proof_is_sent_read_as_a_file_to_keep_and_taken_away(office):
    number, other = await builders_milestones.milestone(), await builders_milestones.milestone(title="Un autre")
    here, content = f"{PAGE}/{number}", a_pdf()
    files = {"file": ("Convention de Léa.pdf", content, "text/html")}
    sent = await office.post(f"{here}/preuves", {"label": "Convention signée"}, files=files)
    assert sent.headers["location"] == f"{here}?fait=preuve-ajoutee"
    proof = await value("SELECT id FROM milestone_proofs")
    got = await office.get(f"{here}/preuves/{proof}/fichier")
    headers = ("content-type", "content-disposition", "x-content-type-options", "cache-control")
    assert [got.headers[name] for name in headers] == [
        *("application/pdf", 'attachment; filename="convention-signee.pdf"', "nosniff", "private, no-store"),
    ]
    assert got.content == content
    digest = await value("SELECT left(sha256, 12) FROM milestone_proofs")
    assert f"Convention signée PDF, 1 ko · lundi 11 janvier 2027 SHA-256 {digest}" in read(await office.get(here))
    elsewhere = f"{PAGE}/{other}/preuves/{proof}"
    assert (await office.get(f"{elsewhere}/fichier")).status_code == 404
    assert (await office.post(f"{elsewhere}/retrait")).status_code == 404
    assert (await office.post(f"{here}/preuves/{proof}/retrait")).status_code == 303
    assert await value("SELECT count(*) FROM milestone_proof_files") == 0


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"PK\x03\x04 a workbook", "ni comme un PDF"),
        (a_pdf(password="secret"), "protégé par un mot de passe"),
        (a_picture("PNG")[:80], "Cette image ne se lit pas."),
        (b"%PDF" + b"0" * 10_000_000, "pèse plus de 10 Mo"),
    ],
)
async def test_a_file_that_proves_nothing_is_refused_in_words_and_what_was_typed_stays(office, content, says):
    here = f"{PAGE}/{await builders_milestones.milestone()}"
    files = {"file": ("convention.pdf", content, "application/pdf")}
    refused = await office.post(f"{here}/preuves", {"label": "Convention signée"}, files=files)
    assert (refused.status_code, says in read(refused)) == (422, True)
    assert 'value="Convention signée"' in refused.text
    assert await value("SELECT count(*) FROM milestone_proofs") == 0


async def test_a_figure_of_the_board_shows_its_value_of_the_day(office):
    target, number = await builders.target(), await builders_milestones.milestone()
    answer = await office.post(f"{PAGE}/{number}/preuves", {"label": "Élèves", "target": str(target)})
    assert answer.status_code == 303
    told = read(await office.get(f"{PAGE}/{number}"))
    assert "Élèves Collégiens accueillis : 0 sur 6 000 élèves, le lundi 11 janvier 2027" in told


async def test_the_list_leaves_as_a_file_that_says_who_took_it(office, reader):
    got = await reader.get(f"{PAGE}.csv?dispositif=bts1")
    lines = list(csv.reader(io.StringIO(got.content.decode("utf-8-sig")), delimiter=";"))
    assert lines[1][:7] == ["Formations habilitées", "BTS+1", "Cnam", "12/01/2027", "À faire", "", ""]
    assert got.headers["content-disposition"].endswith('"technilab-jalons-bts1-du-2027-01-11.csv"')
    assert (await office.get(f"{PAGE}.xlsx")).content.startswith(b"PK")
    assert "Jalons, BTS+1, csv" in read(await office.get("/gestion/journal?sujet=results"))
