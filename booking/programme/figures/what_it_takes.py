"""What becomes of the targets, and what it would take to reach one, in a sentence each. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import ceil

from booking.words.wording import counted, month, number
from workshops.coverage.rules import PUPILS_A_CLASS
from workshops.programmes.targets.metrics import COUNTED
from workshops.results.measure import Progress
from workshops.results.rules import DAYS_A_YEAR


def what_it_takes(stand: Progress, *, today: date) -> str:
    """« Ce qu'il faudrait : 29 classes de plus par an. »

    Empty for a target whose pace is held or that would be reached, of which nothing is followed, or that is over.
    """
    if stand.frozen or stand.done is None or not stand.due or stand.done >= stand.due or not stand.missing:
        return ""
    last_year = (stand.target.to_on - today).days < DAYS_A_YEAR
    until = f"d'ici {month(stand.target.to_on)}" if last_year else "par an"
    return f"Ce qu'il faudrait : {_some(stand)} de plus {until}."


def _some(stand: Progress) -> str:
    """« 29 classes », « 1 dispositif », « 18 places d'entreprise »"""
    target = stand.target
    if (target.programme, target.metric) == COUNTED and not target.declared:
        return counted(ceil(stand.missing / PUPILS_A_CLASS), "classe")
    noun, *rest = target.unit.split(" ") if target.unit else [""]
    one = " ".join((noun.removesuffix("s"), *rest)).strip()
    return counted(stand.missing, one, target.unit) if one else number(stand.missing)


def outlook(progress: Sequence[Progress]) -> str:
    """What becomes of the official targets with what is counted, engaged and hoped of them."""
    aims = [one for one in progress if one.target.official and one.forecast is not None]
    reached = sum((one.forecast or 0) >= one.target.target for one in aims)
    if not aims:
        return ""
    if not reached:
        return (
            "l'objectif ne serait pas atteint"
            if len(aims) == 1
            else f"aucun des {len(aims)} objectifs ne serait atteint"
        )
    if reached == len(aims):
        return "l'objectif serait atteint" if reached == 1 else "tous les objectifs seraient atteints"
    verb = "serait atteint" if reached == 1 else "seraient atteints"
    return f"{counted(reached, 'objectif')} sur {len(aims)} {verb}"
