"""A company typed in a form: found by its SIRET or by words that are enough, whatever the number of companies."""

from __future__ import annotations

import re
from collections.abc import Sequence

from booking.door.forms import Form
from workshops.companies.queries import CompanyCard, companies_named, company_by_siret

SUGGESTED = 50
NAMED = 3
_SIRET = re.compile(r"(?<!\d)\d(?:\s?\d){13}(?!\d)", re.ASCII)
_UNKNOWN = "Aucune entreprise enregistrée ne porte ce nom. Écrivez son SIRET, ou son nom et sa commune."


def written(one: CompanyCard) -> str:
    """« Horlogerie du Doubs, Besançon (55208131766522) »: as a form suggests it."""
    place = f", {one.commune}" if one.commune else ""
    return f"{one.name}{place} ({one.siret})"


async def suggested(form: Form | None, name: str = "company") -> list[str]:
    """What the field proposes: the companies that the refused words may have meant, otherwise the first ones."""
    words = form.typed.get(name, "") if form is not None and name in form.errors else ""
    found = await companies_named(words, limit=SUGGESTED) or await companies_named("", limit=SUGGESTED)
    return [written(one) for one in found]


async def company_in(form: Form, name: str = "company", *, required: bool = True) -> CompanyCard | None:
    """The company that was typed; otherwise None, with the reason at its field."""
    typed = form.text(name, label="Entreprise", most=300, required=required)
    if not typed or name in form.errors:
        return None
    siret = _SIRET.search(typed)
    found = await _by_words(typed) if siret is None else [await company_by_siret(siret[0])]
    if len(found) == 1 and found[0] is not None:
        return found[0]
    known = [one for one in found if one is not None]
    form.errors[name] = "Aucune entreprise n'est enregistrée sous ce SIRET." if siret else _unclear(known)
    return None


async def _by_words(typed: str) -> Sequence[CompanyCard | None]:
    """One that bears exactly this name is meant, even where others' names hold it."""
    if not any(one.isalnum() for one in typed):
        return []
    found = await companies_named(typed, limit=SUGGESTED)
    exact = [one for one in found if one.name.casefold() == typed.casefold()]
    return exact if len(exact) == 1 else found


def _unclear(found: Sequence[CompanyCard]) -> str:
    if not found:
        return _UNKNOWN
    some = " ; ".join(written(one) for one in found[:NAMED])
    others = " ; et d'autres" if len(found) > NAMED else ""
    return f"Plusieurs entreprises conviennent : {some}{others}. Écrivez le SIRET de la bonne."
