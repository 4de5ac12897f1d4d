"""What the coordination has to do, over the three schemes: one ranked list, read by its page and by the Monday mail.

A subject is one entry of SUBJECTS: it has one line at most, and a list of its own behind it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from msgspec import Struct

from booking.mails.digest import tell_schemes as schemes
from booking.mails.digest import tell_visits as visits
from booking.mails.digest.rules import SubjectPoints, SubjectToDo, told_in_one
from booking.programme.coordination.queries import put_offs
from booking.programme.coordination.rules import Delayed

EMPTY = "créneau sans groupe"


class Subject(Struct, frozen=True):
    """A subject of the coordination: the title of its list, several of it in words, and what waits of it now.

    `several` is empty where one point tells all of it, `one` where the point itself says what it is. `needs_all`: it
    cannot be put off.
    """

    kind: str
    title: str
    several: str
    ask: Callable[[datetime], Awaitable[SubjectPoints]]
    one: str = ""
    needs_all: bool = False


async def to_do(*, now: datetime) -> list[SubjectToDo]:
    """One line for each subject of which something waits, the most pressing first; those put off are left out."""
    return [one for one in await all_to_do(now=now) if one.delayed is None]


async def all_to_do(*, now: datetime) -> list[SubjectToDo]:
    """The same with those that a coordinator put off to a day to come, and which count no more than they did then."""
    later = await put_offs(now=now)
    told = [(subject, await subject.ask(now)) for subject in SUBJECTS]
    return [_line(subject, found, later.get(subject.kind)) for subject, found in told if found.number]


def _line(subject: Subject, found: SubjectPoints, later: Delayed | None) -> SubjectToDo:
    delayed = later if later is not None and found.number <= later.number else None
    return told_in_one(
        subject.kind, found, one=subject.one, several=subject.several, lasts=not subject.needs_all, delayed=delayed
    )


SUBJECTS: Sequence[Subject] = (
    # Nothing leaves: nobody hears of anything.
    Subject("silent", "Les mails ne partent plus", "", visits.silent_worker, needs_all=True),
    Subject("failed", "Mails en échec", "", visits.failed_mails),
    # Somebody expects what never came, or is expected and does not know.
    Subject("returned", "Mails revenus, à dire au téléphone", "", visits.returned_mails),
    Subject("coming", "Collèges qui n'ont pas dit s'ils viennent", "collèges à appeler", visits.silent),
    # A class loses its visit.
    Subject("alone", "Lycées où plus personne ne reçoit", "lycées où plus personne ne reçoit", visits.alone),
    Subject("visa", "Visas de collèges sans boîte officielle, à régler", "visas de collèges à régler", visits.visas),
    Subject("unasked", "Visas que personne n'est prié de donner", "collèges sans adresse pour le visa", visits.unasked),
    Subject("paper", "Collèges où tous les visas sont sur papier", "collèges sur papier seul", visits.on_paper),
    Subject("sign_up", "Enseignants inscrits d'eux-mêmes, à confirmer", "", visits.sign_ups),
    Subject(
        "beyond",
        "Groupes au-delà des classes de leur collège, qui attendent",
        "groupes attendent au-delà des classes de leur collège",
        visits.beyond,
    ),
    Subject("groups", "Collèges qui demandent pour beaucoup de groupes", "niveaux à regarder", visits.many_groups),
    Subject(
        "absences",
        "Collèges qui ont expliqué des visites manquées",
        "collèges expliquent des visites manquées",
        visits.absences,
    ),
    Subject("waiting", "Classes qui attendent un créneau", "", visits.waiting_classes),
    # The funder loses pupils, then what brings them.
    Subject("late", "Visites passées que les lycées n'ont pas closes", "visites passées à clore", visits.late_visits),
    Subject("census", "Recensements d'octobre qui manquent", "recensements d'octobre manquent", schemes.censuses),
    Subject("intake", "Rentrées BTS+1 qui manquent", "rentrées BTS+1 manquent", schemes.intakes),
    Subject("hands", "Mains levées de septembre sans réponse", "lycées sans réponse", schemes.silent_hands),
    Subject("gap", "Recensements qui ne tombent pas juste", "recensements ne tombent pas juste", schemes.gaps),
    Subject("milestone", "Jalons en retard", "jalons en retard", schemes.late_ones),
    Subject("target", "Objectifs en retard", "objectifs en retard", schemes.late_targets),
    Subject("mentors", "Cohortes P-TECH où il manque des entreprises", "cohortes sans 3 entreprises", schemes.mentors),
    Subject("quiet", "Entreprises mentores silencieuses", "entreprises mentores silencieuses", schemes.quiet_mentors),
    Subject("step", "Formations BTS+1 en retard d'une étape", "formations BTS+1 en retard", schemes.late_steps),
    # A company, a place, a figure beside: worth a moment.
    Subject("company", "Entreprises qui demandent à venir", "", visits.companies),
    Subject(
        "empty", "Créneaux sans groupe, à moins de trois semaines", "créneaux sans groupe", visits.empty_slots, EMPTY
    ),
    Subject("heads", "Collèges sans effectifs", "", schemes.head_counts),
    Subject("year", "Années scolaires à clore", "années scolaires à clore", schemes.years_to_close),
)
BY_KIND = {one.kind: one for one in SUBJECTS}
