"""After the visit: the group's attestation, which both schools sign; it names no pupil."""

from __future__ import annotations

from booking.day.papers.queries import PaperVisit
from booking.day.papers.rules import Facts, Paper, Signatures, Text
from booking.wording import counted


def attestation(visit: PaperVisit) -> Paper:
    """Which class came, when, where, to what workshop, how many were counted."""
    came = () if visit.counted is None else (("Élèves comptés par le lycée", str(visit.counted)),)
    with_them = () if not visit.adults_counted else (("Accompagnateurs", str(visit.adults_counted)),)
    objects = ", ".join(f"{build.name} ({counted(build.finished, 'terminé')})" for build in visit.builds)
    return Paper(
        kind="attestation",
        title="Attestation de visite",
        use="Pour le collège, signée par les deux établissements",
        visit=visit.line,
        sheets=(
            (
                Text(
                    f"{visit.lycee}, {visit.commune}, atteste que le groupe {visit.group}, {visit.college},"
                    f" {visit.college_commune}, a participé à l'atelier « {visit.workshop} » dans le cadre du programme"
                    " TECHNILAB.",
                    strong=True,
                ),
                Facts(
                    (
                        ("Date et heures", visit.when),
                        ("Lieu", visit.where),
                        ("Atelier", visit.workshop),
                        *came,
                        *with_them,
                        *((("Objets fabriqués", objects),) if objects else ()),
                    )
                ),
                Text("Cette attestation vaut pour le groupe entier. Elle ne nomme aucun élève."),
                Text("Fait à ……………………………………, le ……………………………………"),
                Signatures(
                    (
                        ("Pour le lycée", "Nom, signature et cachet"),
                        (
                            f"Pour le collège{f', {visit.principal}' if visit.principal else ''}",
                            "Nom, signature et cachet",
                        ),
                    )
                ),
            ),
        ),
        poster=True,
    )
