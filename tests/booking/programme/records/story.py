"""A lycée with a P-TECH cohort and a BTS+1 course, told as the tables of a spreadsheet."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from booking.programme.records.sheet import Sender
from tests import builders
from workshops.scope import EVERYTHING

HAAG, SIRET = "0250001R", builders.siret(777)
TABLES = {
    "ptech-cohortes": (
        "uai;dispositif;rentree;filiere;ouverture;bts_vise;uai_bts;convention_le;convention_ref;fermeture;cohorte\n"
        f"{HAAG};P-TECH Microtechniques;2025;Microtechniques;2025-09-01;BTS CIM;;2025-06-12;C-12;2031-08-31;Promo 1\n"
        f"{HAAG};P-TECH Énergie;;Énergie;2026-09-01;;{HAAG};;;;\n"
    ),
    "ptech-recensements": (
        "uai;dispositif;rentree;annee_scolaire;periode;presents;filles;entres;reorientes;demenages;emploi;decroches;"
        "autres;explication\n"
        f"{HAAG};P-TECH Microtechniques;2025;2025-2026;octobre;24;6;0;0;0;0;0;0;\n"
        f"{HAAG};P-TECH Microtechniques;2025;2025-2026;juin;23;6;1;1;1;0;0;0;\n"
        f"{HAAG};P-TECH Microtechniques;2025;2026-2027;octobre;24;6;0;0;0;0;0;0;Retour d'un élève\n"
    ),
    "ptech-mentors": (f"uai;dispositif;rentree;siret;du;au\n{HAAG};P-TECH Microtechniques;2025;{SIRET};2025-09-15;\n"),
    "ptech-devenirs": (
        "uai;dispositif;rentree;annee_scolaire;devenir;eleves\n"
        f"{HAAG};P-TECH Microtechniques;2025;2026-2027;En emploi;2\n"
    ),
    "ptech-actions": (
        "uai;dispositif;rentree;siret;le;debut;intitule;type;lieu;minutes;personnes;presents;annulation\n"
        f"{HAAG};P-TECH Microtechniques;2025;;2026-09-21;14:00;Forum;Autre action;;60;0;22;\n"
        f"{HAAG};P-TECH Microtechniques;2025;{SIRET};2026-11-05;09:30;Visite des ateliers;Visite d'entreprise;"
        "Le Locle;180;2;23;\n"
        f"{HAAG};P-TECH Microtechniques;2025;{SIRET};2027-01-08;10:00;Entretiens;Simulation d'entretien;;45;3;;Neige\n"
        f"{HAAG};P-TECH Microtechniques;2025;{SIRET};2027-03-18;13:30;Ma première entreprise;Stage;;4200;1;;\n"
    ),
    "bts1-formations": (
        f"uai;formation;domaine;precisions;ects;langue\n{HAAG};Bachelor horloger;Horlogerie;Avec le CNAM;60;Français\n"
    ),
    "bts1-etapes": (
        "uai;formation;etape;le;prevue\n"
        f"{HAAG};Bachelor horloger;Idée;2025-01-10;non\n"
        f"{HAAG};Bachelor horloger;Ouverte;2027-09-01;oui\n"
    ),
    "bts1-effectifs": (
        "uai;formation;annee_scolaire;places;candidats;inscrits;apprentis;filles;diplomes;emploi_6_mois;"
        "etudes_6_mois;recherche_6_mois;sans_reponse_6_mois\n"
        f"{HAAG};Bachelor horloger;2026-2027;15;40;12;12;3;;;;;\n"
    ),
    "bts1-mobilites": (
        "uai;formation;annee_scolaire;pays;motif;sens;accueil;personnes;semaines\n"
        f"{HAAG};Bachelor horloger;2026-2027;Suisse;Stage;Sortante;Manufacture du Locle;4;12\n"
    ),
    "bts1-partenaires": (
        "uai;formation;type;partenaire;siret;pays_partenaire\n"
        f"{HAAG};Bachelor horloger;CNAM;CNAM Bourgogne-Franche-Comté;;\n"
        f"{HAAG};Bachelor horloger;Entreprise;;{SIRET};Suisse\n"
    ),
    "bts1-bts": (
        "uai;formation;bts;uai_bts\n"
        f"{HAAG};Bachelor horloger;BTS CIM;\n"
        f"{HAAG};Bachelor horloger;BTS Conception de microtechniques;{HAAG}\n"
    ),
}


def sender(by: int | None = None, **more: Any) -> Sender:
    """The coordination, or with `scope` and `uai` a lycée."""
    return Sender(**{"by": by, "uid": lambda: f"{uuid4()}@tests", "scope": EVERYTHING} | more)


async def a_lycee() -> None:
    """The lycée and the company that the tables name."""
    await builders.school(kind="lycee", name="Lycée Jules Haag", uai=HAAG)
    await builders.company(siret=SIRET, name="Zénith Montres")
