"""The form fields for a company and for a collège, found by their number or by their name and commune.

Several matches, or a single one that is only close, are proposed as choices, never accepted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from booking.door.forms.read import Form
from workshops.companies.queries import CompanyCard, companies_named, company_by_siret, known_places
from workshops.schools.queries import (
    SchoolCard,
    count_schools,
    school_by_uai,
    schools_found,
    schools_meant,
    schools_named,
)

SUGGESTED, COMPANIES_OFFERED = 50, 10
# A list that a phone autocompletes by itself; an académie has fewer collèges, a country many more.
KNOWN_MOST, COLLEGES_OFFERED = 400, 12
_SIRET = re.compile(r"(?<!\d)\d(?:\s?\d){13}(?!\d)", re.ASCII)
_UAI = re.compile(r"(?<![0-9A-Za-z])\d{7}[A-Za-z](?![0-9A-Za-z])", re.ASCII)


class Suggestions(Struct, frozen=True):
    """What the field proposes: `known` while typing, `meant` (number, label) to choose from when text is ambiguous."""

    known: list[str]
    meant: list[tuple[str, str]]


def label_of(card: CompanyCard | SchoolCard) -> str:
    """« Horlogerie du Doubs, Besançon (55208131766522) », « Collège Stendhal, Besançon (0250010A) »: as the form
    suggests it."""
    place = f", {card.commune}" if card.commune else ""
    return f"{card.name}{place} ({card.uai if isinstance(card, SchoolCard) else card.siret})"


async def suggested(form: Form | None) -> Suggestions:
    """The companies that the refused text may have meant, otherwise the first ones of the register."""
    words = form.typed.get("company", "").strip() if form is not None and "company" in form.errors else ""
    meant = await _companies_by_words(words) if words else []
    known = meant or await companies_named("", limit=SUGGESTED)
    return Suggestions(
        known=[label_of(company) for company in known[:SUGGESTED]],
        meant=[(company.siret, label_of(company)) for company in meant[:COMPANIES_OFFERED]],
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
        matches = await _companies_by_words(typed)
        company = matches[0] if len(matches) == 1 and _is_named(matches[0], typed) else None
        if company is None:
            form.errors["company"] = _ambiguous_company(matches)
    if company is not None:
        form.typed["company"] = label_of(company)
    return company


async def _companies_by_words(typed: str) -> Sequence[CompanyCard]:
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


def _ambiguous_company(matches: Sequence[CompanyCard]) -> str:
    if not matches:
        return "Aucune entreprise enregistrée ne porte ce nom. Écrivez son SIRET, ou son nom et sa commune."
    if len(matches) == 1:
        return f"Est-ce bien {label_of(matches[0])} ? Choisissez-la ci-dessous, ou précisez son nom."
    if len(matches) <= COMPANIES_OFFERED:
        return f"{len(matches)} entreprises conviennent : choisissez la bonne ci-dessous, ou précisez son nom."
    many = f"Plus de {SUGGESTED}" if len(matches) > SUGGESTED else str(len(matches))
    return f"{many} entreprises conviennent : précisez le nom, ou choisissez parmi les premières."


async def commune_in(form: Form, *, required: bool = True, kept: str = "") -> str:
    """The commune that was chosen or typed, as it is written; an error at its field where it is neither known nor the
    one that is `kept` already."""
    typed = form.text("commune", label="Commune", most=80, required=required)
    known = (await known_places()).commune_named(typed) if typed else None
    if known is None and typed not in {"", kept}:
        form.errors["commune"] = "Commune : choisissez dans la liste la vôtre, ou la plus proche."
    return known or typed


async def colleges_suggested(form: Form | None) -> Suggestions:
    """The collèges that the refused text may have meant, and all of them while they are few."""
    words = form.typed.get("college", "").strip() if form is not None and "college" in form.errors else ""
    meant = await _colleges_by_words(words) if words else []
    few = await count_schools("", kind="college") <= KNOWN_MOST
    known = await schools_found("", kind="college", limit=KNOWN_MOST) if few else []
    return Suggestions(
        known=[label_of(school) for school in known if not school.closed],
        meant=[(school.uai, label_of(school)) for school in meant[:COLLEGES_OFFERED]],
    )


async def college_in(form: Form) -> SchoolCard | None:
    """The collège that was chosen or typed; otherwise None, with an error at its field."""
    typed = form.text("college", label="Votre collège", most=300)
    if not typed or "college" in form.errors:
        return None
    uai = _UAI.search(form.typed.get("college_uai", "")) or _UAI.search(typed)
    if uai is not None:
        school = await school_by_uai(uai[0])
        if school is None or school.kind != "college" or school.closed:
            form.errors["college"] = "Votre collège : cet UAI n'est celui d'aucun collège que nous connaissons."
            return None
        form.typed["college"] = label_of(school)
        return school
    named = [school for school in await schools_named(typed, kind="college", limit=2) if not school.closed]
    if len(named) == 1:
        form.typed["college"] = label_of(named[0])
        return named[0]
    form.errors["college"] = _ambiguous_college(await _colleges_by_words(typed))
    return None


async def _colleges_by_words(typed: str) -> Sequence[SchoolCard]:
    return await schools_meant(typed, kind="college", limit=COLLEGES_OFFERED + 1, closed=False)


def _ambiguous_college(matches: Sequence[SchoolCard]) -> str:
    if len(matches) == 1:
        return "Votre collège : est-ce celui-ci ? Choisissez-le ci-dessous, ou corrigez."
    if not matches:
        return "Votre collège : aucun ne porte ce nom. Écrivez un mot de son nom et sa commune, ou son UAI."
    if len(matches) > COLLEGES_OFFERED:
        return "Votre collège : beaucoup conviennent. Ajoutez sa commune, ou choisissez parmi les premiers."
    return f"Votre collège : {len(matches)} conviennent, choisissez le vôtre ci-dessous."
