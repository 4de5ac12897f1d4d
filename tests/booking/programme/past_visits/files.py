"""A file of past visits, and the schools, objects and companies that it names."""

from __future__ import annotations

from dataclasses import dataclass

from tests import builders

HEADER = "Date;Lycée;Collège;Niveau;Groupe;Élèves;Filles;Objet;Entreprises;Source;Référence"
HAAG, DIDEROT, STENDHAL = "0250001R", "0250011B", builders.uai(8)
FIRST = f"14/03/2024;{HAAG};{DIDEROT};4e;4e B;24;11;Lampe à balancier;Horlogerie du Doubs;Tableau 2023-2024;"
SECOND = "2024-04-05;Lycée Jules Haag;Collège Stendhal, Besançon;5ème;;20;;;;Tableau 2023-2024;R-2"


@dataclass(frozen=True)
class Place:
    """The numbers of what the file names."""

    lycee: int
    diderot: int
    stendhal: int
    lamp: int
    siret: str


async def a_place() -> Place:
    siret = builders.siret(7)
    await builders.company(name="Horlogerie du Doubs", siret=siret)
    return Place(
        await builders.school(kind="lycee", uai=HAAG, name="Lycée Jules Haag"),
        await builders.school(uai=DIDEROT, name="Collège Diderot"),
        await builders.school(uai=STENDHAL, name="Collège Stendhal"),
        await builders.tech_object(name="Lampe à balancier"),
        siret,
    )


def file_of(*lines: str, header: str = HEADER) -> bytes:
    return "\n".join((header, *lines)).encode()
