"""Who may be a member of the consortium, and how it is named. Pure."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from workshops.refusals import Invalid, Refusal


class PartnerKind(StrEnum):
    """What kind of body a member of the consortium is, in the order in which a page names them."""

    RECTORAT = "rectorat"
    UNIVERSITE = "universite"
    ECOLE = "ecole"
    CNAM = "cnam"
    UIMM = "uimm"
    CMQE = "cmqe"
    LYCEE = "lycee"
    ENTREPRISE = "entreprise"
    AUTRE = "autre"


KINDS: dict[str, str] = {
    PartnerKind.RECTORAT: "Rectorat",
    PartnerKind.UNIVERSITE: "Université",
    PartnerKind.ECOLE: "École d'ingénieurs",
    PartnerKind.CNAM: "CNAM",
    PartnerKind.UIMM: "UIMM",
    PartnerKind.CMQE: "Campus des métiers et des qualifications d'excellence",
    PartnerKind.LYCEE: "Lycée",
    PartnerKind.ENTREPRISE: "Entreprise",
    PartnerKind.AUTRE: "Autre organisme",
}
FIRST_YEAR, LAST_YEAR = 2000, 2100


class PartnerKnown(Refusal):
    kind = "partner-known"
    title = "Déjà partenaire"
    sentence = "Ce partenaire est déjà dans la liste. Ouvrez sa fiche pour la corriger."


def refuse_partner(
    *,
    kind: str,
    name: str,
    role: str,
    web: str,
    from_on: date,
    to_on: date | None,
    school: int | None,
    company: int | None,
) -> None:
    """Raise Invalid for a partner that is not wholly told: a lycée and a company are chosen, other bodies named."""
    checks = (
        ("kind", kind in KINDS, "Type : choisissez dans la liste."),
        (
            "school",
            (school is not None) == (kind == "lycee"),
            "Lycée : choisissez-en un pour un lycée, et là seulement.",
        ),
        (
            "company",
            (company is not None) == (kind == "entreprise"),
            "Entreprise : choisissez-en une pour une entreprise, et là seulement.",
        ),
        ("name", kind in {"lycee", "entreprise"} or 1 <= len(name) <= 160, "Nom : de 1 à 160 caractères."),
        ("role", 1 <= len(role) <= 200, "Rôle : de 1 à 200 caractères."),
        ("web", is_web(web), "Site : une adresse qui commence par https://, en 200 caractères au plus."),
        ("from_on", _known(from_on), f"Depuis le : entre {FIRST_YEAR} et {LAST_YEAR}."),
        ("to_on", to_on is None or (_known(to_on) and to_on >= from_on), "La fin vient avant le début."),
    )
    errors = {field: sentence for field, fine, sentence in checks if not fine}
    if errors:
        raise Invalid(errors)


def is_web(address: str) -> bool:
    """Whether this is a page's address, or nothing: a link must not do anything else."""
    return not address or (
        len(address) <= 200
        and address.startswith(("https://", "http://"))
        and address.isprintable()
        and " " not in address
    )


def _known(day: date) -> bool:
    return FIRST_YEAR <= day.year <= LAST_YEAR
