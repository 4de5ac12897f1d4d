"""Qui peut quoi: a coordinator reads the very table that the door goes by."""

from __future__ import annotations

from booking.people.accounts.roles import Permission
from tests import builders
from tests.browsing import Browser, read


async def test_a_coordinator_reads_each_permission_and_who_has_it(app):
    browser = await Browser(app).sign_in(await builders.person("coordinator"))
    told = read(await browser.get("/gestion/comptes/roles"))
    assert [one.sentence for one in Permission if one.sentence not in told] == []
    for line in (
        "Lire une visite Enseignant, accueil au lycée, coordination, un enseignant que son collège n'a pas encore",
        "Scanner les badges à l'accueil d'une visite Accueil au lycée, qui a le lien de l'accueil du jour",
        "Lire le journal Coordination",
    ):
        assert line in told
