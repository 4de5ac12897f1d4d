"""What the service says of itself."""

from __future__ import annotations

import re

import pytest


def _words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize("path", ["/accessibilite", "/confidentialite", "/mentions", "/api"])
async def test_the_footer_of_every_page_leads_to_each_statement(visitor, path):
    shown = (await visitor.get(path)).text
    foot = shown[shown.index("<footer") :]
    assert re.findall(r'<a href="([^"]+)"', foot) == ["/accessibilite", "/confidentialite", "/mentions", "/api"]


async def test_the_privacy_page_prints_the_durations_in_force(visitor):
    shown = (await visitor.get("/confidentialite")).text
    rows = [_words(row) for row in re.findall(r"<tr><th scope=\"row\">.+?</tr>", shown)]
    assert rows[1:3] == [
        "Lien de connexion Entrer sans mot de passe 10 minutes, une seule fois",
        "Session : un cookie, nécessaire au service Rester connecté 2 heures sans activité, 12 heures en tout",
    ]
