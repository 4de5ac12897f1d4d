"""What a count of built objects may say."""

from __future__ import annotations

from workshops.typed_text.health import says_of_pupil


def wrong_counts(
    *, made: int, finished: int, working: int, taken_home: int, minutes: int | None, note: str
) -> dict[str, str]:
    """What does not add up, field by field, in words; empty when it does."""
    checks = (
        ("made", 0 <= made <= 500, "Comptez de 0 à 500 objets."),
        ("finished", 0 <= finished <= made, "Les objets terminés ne peuvent pas dépasser les objets commencés."),
        (
            "working",
            0 <= working <= finished,
            "Les objets qui marchent ne peuvent pas dépasser les objets terminés.",
        ),
        ("taken_home", 0 <= taken_home <= made, "Les objets emportés ne peuvent pas dépasser les objets commencés."),
        ("minutes", minutes is None or 1 <= minutes <= 600, "La durée va de 1 à 600 minutes."),
        ("note", len(note) <= 500, "Écrivez 500 caractères au plus."),
    )
    wrong = {field: sentence for field, right, sentence in checks if not right}
    if named := says_of_pupil("Remarque", note, instead="Écrivez ce qui s'est passé, sans nom."):
        wrong.setdefault("note", named)
    return wrong
