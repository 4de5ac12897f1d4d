"""What kinds of bodies the register holds, and how it names them. Pure."""

from __future__ import annotations

COLLEGE, LYCEE, COMPANY, BODY = "college", "lycee", "entreprise", "organisme"
WORDS = {COLLEGE: "Collège", LYCEE: "Lycée", COMPANY: "Entreprise", BODY: "Organisme"}
# A partner is whoever is or was a member of the consortium: a school or a company too.
PARTNER = "partenaire"
KINDS = {"": "Tous", COLLEGE: "Collèges", LYCEE: "Lycées", COMPANY: "Entreprises", PARTNER: "Partenaires"}
PAGES = {
    COLLEGE: "/gestion/etablissements",
    LYCEE: "/gestion/etablissements",
    COMPANY: "/gestion/entreprises",
    BODY: "/gestion/partenaires",
}
