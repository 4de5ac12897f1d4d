"""The choices of a booking's form after the first one, the sentence besides, and where the answer is read."""

from __future__ import annotations

from booking.door.forms.read import Form
from booking.visits.asking.ask import Granted
from booking.visits.demands.alert import SearchAsked

OTHERS = {
    **{"choice_2": "Deuxième choix", "choice_3": "Troisième choix"},
    **{"choice_4": "Quatrième choix", "choice_5": "Cinquième choix"},
}
CHOICES_MOST = 3
"""How many slots are asked for at once; in a draw, all of them."""
SENTENCE_KM = 40
SAID = {
    "confirmed": "reservee",
    "requested": "visa-demande",
    "waiting": "en-attente",
    "offered": "place-proposee",
    "in_draw": "au-tirage",
}


def others_typed(form: Form) -> list[int]:
    """The second and third choices, in order; none when the teacher wants this slot alone."""
    chosen = [name for name in OTHERS if form.typed.get(name, "").strip()]
    others = [form.whole(name, 1, 999_999_999, label=OTHERS[name]) for name in chosen]
    form.refuse_if_wrong()
    return others


def sentence_typed(form: Form) -> SearchAsked | None:
    """« Sinon, ce qui convient à moins de 40 km », where it is ticked."""
    if "sentence" not in form.typed:
        return None
    km = form.whole("sentence_km", 1, 200, label="Distance")
    form.refuse_if_wrong()
    return SearchAsked(distance_most=km)


def where_read(granted: Granted, *, whole: bool = False) -> str:
    """The page of what was obtained; that of all its choices for a demand in a draw, one that waits as a `whole`, and
    one of which the sentence alone is left."""
    first = granted.first
    if first is None or first.state == "in_draw" or (whole and first.state == "waiting"):
        return f"/demandes/{granted.demand}"
    return f"/reservations/{first.id}"


def said_of(granted: Granted) -> str:
    """What the next page says first: which choice was taken, or that the group waits."""
    first = granted.first
    if granted.repeated:
        return "deja-demande"
    if first is None or first.state == "in_draw":
        return "demande-gardee" if first is None else SAID[first.state]
    if first.state == "requested" and len(granted.choices) > 1:
        return "visa-et-reserve"
    if first.state == "offered" and first.rank > 1:
        return "place-trouvee" if len(granted.choices) > 1 else "place-trouvee-seule"
    if first.state == "waiting":
        return "voeux-en-attente" if len(granted.choices) > 1 else "en-attente"
    return SAID[first.state] if first.rank == 1 else f"voeu-{first.rank}"
