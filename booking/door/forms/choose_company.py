"""A company typed in a form: found by its SIRET or its whole name; other words are asked about, never taken."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from booking.door.forms.read import Form
from workshops.companies.queries import CompanyCard, companies_named, company_by_siret

SUGGESTED, OFFERED = 50, 10
_SIRET = re.compile(r"(?<!\d)\d(?:\s?\d){13}(?!\d)", re.ASCII)


@dataclass(frozen=True)
class Suggestions:
    """What a field proposes: `known` as one types, `meant` (SIRET, words) to choose from once words were not enough."""

    known: list[str]
    meant: list[tuple[str, str]]


def written(one: CompanyCard) -> str:
    """« Horlogerie du Doubs, Besançon (55208131766522) »: as a form suggests it."""
    place = f", {one.commune}" if one.commune else ""
    return f"{one.name}{place} ({one.siret})"


async def suggested(form: Form | None) -> Suggestions:
    """The companies that the refused words may have meant, otherwise the first ones of the register."""
    words = form.typed.get("company", "").strip() if form is not None and "company" in form.errors else ""
    meant = await _by_words(words) if words else []
    known = meant or await companies_named("", limit=SUGGESTED)
    return Suggestions(
        known=[written(one) for one in known[:SUGGESTED]],
        meant=[(one.siret, written(one)) for one in meant[:OFFERED]],
    )


async def company_in(form: Form, *, required: bool = True) -> CompanyCard | None:
    """The company that was chosen or typed; otherwise None, with the reason at its field."""
    typed = form.text("company", label="Entreprise", most=300, required=required)
    if not typed or "company" in form.errors:
        return None
    siret = _SIRET.search(form.typed.get("company_siret", "")) or _SIRET.search(typed)
    if siret is not None:
        found = await company_by_siret(siret[0])
        if found is None:
            form.errors["company"] = "Aucune entreprise n'est enregistrée sous ce SIRET."
    else:
        several = await _by_words(typed)
        found = several[0] if len(several) == 1 and _is_named(several[0], typed) else None
        if found is None:
            form.errors["company"] = _unclear(several)
    if found is not None:
        form.typed["company"] = written(found)
    return found


async def _by_words(typed: str) -> Sequence[CompanyCard]:
    """One that bears exactly this name is meant, even where others' names hold it."""
    if not any(one.isalnum() for one in typed):
        return []
    found = await companies_named(typed, limit=SUGGESTED + 1)
    exact = [one for one in found if one.name.casefold() == typed.casefold()]
    return exact if len(exact) == 1 else found


def _is_named(one: CompanyCard, typed: str) -> bool:
    """Whether these words are all of its name, with or without its commune."""
    return " ".join(typed.casefold().split()) in {one.name.casefold(), f"{one.name}, {one.commune}".casefold()}


def _unclear(found: Sequence[CompanyCard]) -> str:
    if not found:
        return "Aucune entreprise enregistrée ne porte ce nom. Écrivez son SIRET, ou son nom et sa commune."
    if len(found) == 1:
        return f"Est-ce bien {written(found[0])} ? Choisissez-la ci-dessous, ou précisez son nom."
    if len(found) <= OFFERED:
        return f"{len(found)} entreprises conviennent : choisissez la bonne ci-dessous, ou précisez son nom."
    many = f"Plus de {SUGGESTED}" if len(found) > SUGGESTED else str(len(found))
    return f"{many} entreprises conviennent : précisez le nom, ou choisissez parmi les premières."
