"""The gallery of objects, and the way from it to the slots that build one."""

from __future__ import annotations

import re
from html import unescape

from tests import builders
from tests.builders import paris


async def offered(*names: str, days: tuple[int, ...] = (20,), **more) -> list[int]:
    """Objects that a workshop of a lycée of its own builds, in a slot on each of these days of January."""
    objects = [await builders.tech_object(name=name) for name in names]
    workshop = await builders.workshop(objects=tuple(objects))
    for day in days:
        await builders.slot(workshop=workshop, starts_at=paris(f"2027-01-{day} 09:00"), seats=24, **more)
    return objects


def cards(page: str) -> list[tuple[str, str, str, str]]:
    """Each card as (drawing, address, name, what is told)."""
    found = re.findall(
        r'#(\w+)"/></svg>\s*<h\d class="h3"><a href="([^"]*)">(.+?)</a></h\d>\s*<p class="unit m-0">(.+?)</p>', page
    )
    return [tuple(unescape(part) for part in one) for one in found]


async def test_each_object_leads_to_its_slots_and_says_how_many_they_are(visitor):
    (lamp,) = await offered("Lampe à balancier", days=(20, 21))
    (robot,) = await offered("Robot suiveur", levels=["3e"])
    assert cards((await visitor.get("/objets")).text) == [
        ("lampe", f"/creneaux?objet={lamp}", "Lampe à balancier", "2 créneaux, 1 lycée"),
        ("robot", f"/creneaux?objet={robot}", "Robot suiveur", "1 créneau, 1 lycée"),
    ]


async def test_the_class_of_a_search_is_kept_and_counted_for(visitor):
    (lamp,) = await offered("Lampe à balancier", days=(20, 21))
    (robot,) = await offered("Robot suiveur", levels=["3e"])
    shown = (await visitor.get(f"/objets?niveau=4e&eleves=24&objet={robot}&suite=x")).text
    asked = "niveau=4e&eleves=24&objet="
    assert cards(shown) == [
        ("lampe", f"/creneaux?{asked}{lamp}", "Lampe à balancier", "2 créneaux, 1 lycée"),
        ("robot", f"/creneaux?{asked}{robot}", "Robot suiveur", "Pas de créneau pour l'instant"),
    ]
    assert "2 créneaux conviennent à un groupe de 24 élèves de 4e." in unescape(shown)


async def test_an_object_leads_to_as_many_slots_as_it_said(visitor):
    await offered("Lampe à balancier", days=(20, 21))
    await offered("Robot suiveur")
    (_, address, _, told), _ = cards((await visitor.get("/objets?niveau=4e")).text)
    assert (told, (await visitor.get(address)).text.count('<article class="on-offer')) == ("2 créneaux, 1 lycée", 2)


async def test_the_first_page_shows_what_is_built(visitor):
    (lamp,) = await offered("Lampe à balancier")
    assert cards((await visitor.get("/")).text) == [
        ("lampe", f"/creneaux?objet={lamp}", "Lampe à balancier", "1 créneau, 1 lycée")
    ]


async def test_without_any_workshop_the_gallery_leads_to_the_slots(visitor):
    shown = (await visitor.get("/objets")).text
    assert (cards(shown), "Aucun objet n'est proposé aujourd'hui" in unescape(shown)) == ([], True)
