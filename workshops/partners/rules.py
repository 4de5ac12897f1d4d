"""Who may be a member of the consortium, and how it is named. Pure."""

from __future__ import annotations

from workshops.acts.kinds import WordedKind
from workshops.refusals import Refusal


class PartnerKind(WordedKind):
    """What kind of body a member of the consortium is, in the order in which a page names them."""

    RECTORAT = "rectorat", "Rectorat"
    UNIVERSITE = "universite", "Université"
    ECOLE = "ecole", "École d'ingénieurs"
    CNAM = "cnam", "CNAM"
    UIMM = "uimm", "UIMM"
    CMQE = "cmqe", "Campus des métiers et des qualifications d'excellence"
    LYCEE = "lycee", "Lycée"
    ENTREPRISE = "entreprise", "Entreprise"
    AUTRE = "autre", "Autre organisme"


KINDS = PartnerKind.in_words()


class PartnerKnown(Refusal):
    kind = "partner-known"
    title = "Déjà partenaire"
    sentence = "Ce partenaire est déjà dans la liste. Ouvrez sa fiche pour la corriger."


class PartnerRead(Refusal):
    kind = "partner-read"
    title = "Quelqu'un lit pour lui"
    sentence = (
        "Quelqu'un lit le bilan pour ce partenaire : retirez-lui ce rôle, dans Comptes, ou donnez au partenaire son"
        " dernier jour."
    )


def wrong_place(kind: str, *, name: str, school: int | None, company: int | None) -> dict[str, str]:
    """What is not wholly told of who a partner is: a lycée and a company are chosen, other bodies named."""
    checks = (
        (
            "school",
            (school is not None) == (kind == PartnerKind.LYCEE),
            "Lycée : choisissez-en un pour un lycée, et là seulement.",
        ),
        (
            "company",
            (company is not None) == (kind == PartnerKind.ENTREPRISE),
            "Entreprise : choisissez-en une pour une entreprise, et là seulement.",
        ),
        ("name", bool(name) or kind in {PartnerKind.LYCEE, PartnerKind.ENTREPRISE}, "Nom : à remplir."),
    )
    return {field: sentence for field, fine, sentence in checks if not fine}


def is_web(address: str) -> bool:
    """Whether this is a page's address, or nothing: a link must not do anything else."""
    return not address or (address.startswith(("https://", "http://")) and address.isprintable() and " " not in address)
