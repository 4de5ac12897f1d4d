"""Why the pupils counted are not those whose badges were read."""

from __future__ import annotations

import re

from tests.booking.web.desk.test_closing import a_closing
from tests.booking.web.host.lycee import words


async def test_another_reason_of_a_gap_is_asked_for_where_it_is_written(app):
    day, browser, path = await a_closing(app)
    first, second = day.groups
    sent = {f"pupils-{first}": 20, f"adults-{first}": 2, f"people-{day.company}": 1, f"absent-{second}": "oui"}
    assert "Sans nom d'élève. À remplir pour « Autre raison »." in words((await browser.get(path)).text)
    refused = await browser.post(path, sent | {f"reason-{first}": "other"})
    assert re.findall(r'<a href="#([^"]+)">', refused.text) == [f"note-{first}"]
    assert "4e B, précision : écrivez quelle autre raison, sans nom." in words(refused.text)
    said = {f"reason-{first}": "other", f"note-{first}": "Quatre élèves sont restés au car"}
    assert (await browser.post(path, sent | said)).status_code == 303
