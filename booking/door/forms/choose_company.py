"""The form field for a company, found by its SIRET or its whole name; other text is asked about, never accepted."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from booking.door.forms.read import Form
from workshops.companies.queries import CompanyCard, companies_named, company_by_siret

SUGGESTED, OFFERED = 50, 10
_SIRET = re.compile(r"(?<!\d)\d(?:\s?\d){13}(?!\d)", re.ASCII)


class Suggestions(Struct, frozen=True):
    """What the field proposes: `known` while typing, `meant` (SIRET, label) to choose from when text is ambiguous."""

    known: list[str]
    meant: list[tuple[str, str]]


def label_of(company: CompanyCard) -> str:
    """« Horlogerie du Doubs, Besançon (55208131766522) »: as the form suggests it."""
    place = f", {company.commune}" if company.commune else ""
    return f"{company.name}{place} ({company.siret})"


async def suggested(form: Form | None) -> Suggestions:
    """The companies that the refused text may have meant, otherwise the first ones of the register."""
    words = form.typed.get("company", "").strip() if form is not None and "company" in form.errors else ""
    meant = await _by_words(words) if words else []
    known = meant or await companies_named("", limit=SUGGESTED)
    return Suggestions(
        known=[label_of(company) for company in known[:SUGGESTED]],
        meant=[(company.siret, label_of(company)) for company in meant[:OFFERED]],
    )


async def company_in(form: Form, *, required: bool = True) -> CompanyCard | None:
    """The company that was chosen or typed; otherwise None, with an error at its field."""
    typed = form.text("company", label="Entreprise", most=300, required=required)
    if not typed or "company" in form.errors:
        return None
    siret = _SIRET.search(form.typed.get("company_siret", "")) or _SIRET.search(typed)
    if siret is not None:
        company = await company_by_siret(siret[0])
        if company is None:
            form.errors["company"] = "Aucune entreprise n'est enregistrée sous ce SIRET."
    else:
        matches = await _by_words(typed)
        company = matches[0] if len(matches) == 1 and _is_named(matches[0], typed) else None
        if company is None:
            form.errors["company"] = _ambiguity(matches)
    if company is not None:
        form.typed["company"] = label_of(company)
    return company


async def _by_words(typed: str) -> Sequence[CompanyCard]:
    """The matches; only the one with exactly this name, even where other names contain it."""
    if not any(character.isalnum() for character in typed):
        return []
    matches = await companies_named(typed, limit=SUGGESTED + 1)
    exact = [company for company in matches if company.name.casefold() == typed.casefold()]
    return exact if len(exact) == 1 else matches


def _is_named(company: CompanyCard, typed: str) -> bool:
    """Whether the text is the company's whole name, with or without its commune."""
    names = {company.name.casefold(), f"{company.name}, {company.commune}".casefold()}
    return " ".join(typed.casefold().split()) in names


def _ambiguity(matches: Sequence[CompanyCard]) -> str:
    if not matches:
        return "Aucune entreprise enregistrée ne porte ce nom. Écrivez son SIRET, ou son nom et sa commune."
    if len(matches) == 1:
        return f"Est-ce bien {label_of(matches[0])} ? Choisissez-la ci-dessous, ou précisez son nom."
    if len(matches) <= OFFERED:
        return f"{len(matches)} entreprises conviennent : choisissez la bonne ci-dessous, ou précisez son nom."
    many = f"Plus de {SUGGESTED}" if len(matches) > SUGGESTED else str(len(matches))
    return f"{many} entreprises conviennent : précisez le nom, ou choisissez parmi les premières."
