"""How a class is split, and what two halves may be. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from booking.words.wording import counted
from workshops.refusals import Invalid, Refusal


class TwoObjects(Refusal):
    kind = "two-objects"
    title = "Deux objets différents"

    def __init__(self, first: Sequence[str], second: Sequence[str]) -> None:
        super().__init__(f"{two_objects(first, second)} Cochez que c'est voulu, ou choisissez deux autres créneaux.")


class TwoLycees(Invalid):
    def __init__(self, field: str = "lines") -> None:
        super().__init__({field: "Les deux moitiés vont dans le même lycée. Choisissez deux de ses créneaux."})


PLACES = {1: "Première moitié", 2: "Deuxième moitié"}


def same_objects(first: Sequence[str], second: Sequence[str]) -> list[str]:
    """What both halves of a class build: of what each slot proposes, the objects of both."""
    return [one for one in first if one in second]


def build_alike(first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether both halves may build the same object; nobody knows of two slots that tell none."""
    return bool(same_objects(first, second)) or list(first) == list(second)


def two_objects(first: Sequence[str], second: Sequence[str]) -> str:
    """« La première moitié fabrique : horloge. La deuxième : lampe. »"""
    told = [", ".join(one) or "objet non précisé" for one in (first, second)]
    return f"Les deux moitiés ne fabriquent pas le même objet. La première : {told[0]}. La deuxième : {told[1]}."


def object_words(first: Sequence[str], second: Sequence[str]) -> str:
    """« lampe, aux deux moitiés », « horloge à la première moitié, lampe à la deuxième »; nothing where none is
    told."""
    if build_alike(first, second):
        same = ", ".join(same_objects(first, second))
        return f"{same}, aux deux moitiés" if same else ""
    told = [", ".join(one) or "objet non précisé" for one in (first, second)]
    return f"{told[0]} à la première moitié, {told[1]} à la deuxième"


def people_words(pupils: Sequence[int], adults: Sequence[int]) -> str:
    """« 27 élèves en deux moitiés (14 et 13), 2 adultes avec chacune »: the head count of the whole class."""
    beside = counted(adults[0], "adulte")
    told = f"{beside} avec chacune" if adults[0] == adults[1] else f"{beside}, puis {adults[1]}"
    return f"{counted(sum(pupils), 'élève')} en deux moitiés ({pupils[0]} et {pupils[1]}), {told}"


def split(pupils: int, first_room: int, second_room: int) -> tuple[int, int] | None:
    """How many of a class go to each of two slots, as evenly as their free seats allow; None where it does not fit.

    27 pupils and 24 free seats twice: 14 and 13.
    """
    first = max(min((pupils + 1) // 2, first_room), pupils - second_room)
    second = pupils - first
    return (first, second) if 1 <= first <= first_room and 1 <= second <= second_room else None


def refuse_two_lycees(lycees: Sequence[int]) -> None:
    """Raise TwoLycees unless both halves go to one lycée."""
    if len(set(lycees)) > 1:
        raise TwoLycees()
