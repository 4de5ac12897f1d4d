"""The coordinator's invitations: a list, and a paste that is foreseen, then sent."""

from __future__ import annotations

from tests import builders
from tests.browsing import read
from workshops.database import value

HERE = "/gestion/comptes/invitations"


async def test_a_paste_is_shown_before_anything_leaves_then_sent_once(office):
    uai = await value("SELECT uai FROM schools WHERE id = $1", await builders.school(kind="lycee"))
    lines = f"anne@example.org;accueil;{uai};Anne Roy\nbruno;accueil;{uai}"
    shown = await office.post(f"{HERE}/liste", {"lines": lines})
    assert "1 invitation partira sur 2 lignes. 1 ligne est à corriger et ne part pas." in read(shown)
    assert await value("SELECT count(*) FROM notices") == 0
    sent = await office.post(f"{HERE}/envoi", {"lines": lines})
    assert "invitations-parties" in sent.headers["location"]
    assert await value("SELECT count(*) FROM notices WHERE kind = 'invited'") == 1
    assert "Anne Roy · Accueil au lycée" in read(await office.get(HERE))


async def test_nothing_pasted_is_refused_at_its_field(office):
    for step in ("liste", "envoi"):
        answer = await office.post(f"{HERE}/{step}", {"lines": " "})
        assert (answer.status_code, "Lignes : à remplir." in read(answer)) == (422, True)


async def test_one_is_withdrawn_in_place(office):
    invited = await builders.membership(
        await builders.account("anne@example.org", name="Anne Roy"), "host", school=await builders.school(kind="lycee")
    )
    gone = await office.post(f"{HERE}/{invited}/retrait")
    assert "invitation-retiree" in gone.headers["location"]
    assert await value("SELECT count(*) FROM accounts WHERE name = 'Anne Roy'") == 0
