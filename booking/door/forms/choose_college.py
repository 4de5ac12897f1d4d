"""The form field for a collège, found by its UAI or its name and commune; several matches, or a single one that is only
close, are proposed as choices."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from booking.door.forms.read import Form
from workshops.schools.queries import (
    SchoolCard,
    count_schools,
    school_by_uai,
    schools_found,
    schools_meant,
    schools_named,
)

# A list that a phone autocompletes by itself; an académie has fewer, a country many more.
KNOWN_MOST, OFFERED = 400, 12
_UAI = re.compile(r"(?<![0-9A-Za-z])\d{7}[A-Za-z](?![0-9A-Za-z])", re.ASCII)


class Colleges(Struct, frozen=True):
    """What the field proposes: `known` while one types, `meant` (UAI, label) to choose from when text is ambiguous."""

    known: list[str]
    meant: list[tuple[str, str]]


def label_of(school: SchoolCard) -> str:
    """« Collège Stendhal, Besançon (0250010A) »: as the form suggests it."""
    return f"{school.name}, {school.commune} ({school.uai})"


async def colleges_suggested(form: Form | None) -> Colleges:
    """The collèges that the refused text may have meant, and all of them while they are few."""
    words = form.typed.get("college", "").strip() if form is not None and "college" in form.errors else ""
    meant = await _by_words(words) if words else []
    few = await count_schools("", kind="college") <= KNOWN_MOST
    known = await schools_found("", kind="college", limit=KNOWN_MOST) if few else []
    return Colleges(
        known=[label_of(school) for school in known if not school.closed],
        meant=[(school.uai, label_of(school)) for school in meant[:OFFERED]],
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
    form.errors["college"] = _ambiguity(await _by_words(typed))
    return None


async def _by_words(typed: str) -> Sequence[SchoolCard]:
    return await schools_meant(typed, kind="college", limit=OFFERED + 1, closed=False)


def _ambiguity(matches: Sequence[SchoolCard]) -> str:
    if len(matches) == 1:
        return "Votre collège : est-ce celui-ci ? Choisissez-le ci-dessous, ou corrigez."
    if not matches:
        return "Votre collège : aucun ne porte ce nom. Écrivez un mot de son nom et sa commune, ou son UAI."
    if len(matches) > OFFERED:
        return "Votre collège : beaucoup conviennent. Ajoutez sa commune, ou choisissez parmi les premiers."
    return f"Votre collège : {len(matches)} conviennent, choisissez le vôtre ci-dessous."
