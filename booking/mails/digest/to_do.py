"""What the coordination has to do, over the three schemes: one ranked list, read by its page and by the Monday mail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import chain

from booking.mails.digest.queries import Empty, OnPaper, Unattended, all_on_paper, empty, unattended
from booking.mails.digest.rules import ToDo
from booking.people.company_requests.queries import count_asking
from booking.programme.coordination.queries import care
from booking.programme.coordination.rules import Care
from booking.visits.newcomers.queries import count_waiting
from booking.wording import counted, day, moment
from booking.year.queries import YearLine, years
from workshops.bts1.queries import CourseCard, courses
from workshops.bts1.rules import STEPS
from workshops.ptech.queries import CohortLine, cohorts
from workshops.schools.queries import VisaToSettle, visas_to_settle

ANSWERS = "/gestion/inscriptions"
# Of a country's lycées with empty slots, so many have a line each.
EMPTY_MOST = 25


async def to_do(*, now: datetime) -> list[ToDo]:
    """All that waits for the coordination, the most pressing kind first, the oldest of a kind first."""
    return list(
        chain(
            _mails(cared := await care(now=now), now),
            _sign_ups(await count_waiting()),
            _companies(await count_asking()),
            _visas(await visas_to_settle()),
            _paper(await all_on_paper(now=now)),
            _alone(await unattended(now=now, most=EMPTY_MOST)),
            _late(cared),
            _empty(await empty(now=now, most=EMPTY_MOST)),
            _mentors([one for one in await cohorts(now=now) if one.missing]),
            _steps([one for one in await courses(school=None, now=now) if one.stands.late]),
            _years([one for one in await years(now=now) if one.to_close]),
        )
    )


def _mails(cared: Care, now: datetime) -> Iterator[ToDo]:
    if cared.worker_silent(now):
        since = f"ne répond plus depuis {moment(cared.beat_at)}" if cared.beat_at else "n'a jamais démarré"
        waits = f" {counted(cared.waiting, 'message attend', 'messages attendent')}, rien n'est perdu."
        told = f"Le service d'envoi {since}.{waits * bool(cared.waiting)} Prévenez la personne qui installe Technilab."
        yield ToDo("silent", "Les mails ne partent plus", told, "/gestion/messages")
    if cared.failed:
        yield ToDo(
            "failed",
            counted(cared.failed, "mail en échec", "mails en échec"),
            "Leurs destinataires n'ont rien reçu.",
            "/gestion/messages",
            "Relancer",
            post="/gestion/messages/relance",
        )


def _sign_ups(waiting: int) -> Iterator[ToDo]:
    if waiting:
        title = counted(waiting, "inscription attend", "inscriptions attendent")
        told = "Un collègue ou le collège peut aussi répondre ; leurs demandes attendent d'ici là."
        yield ToDo("sign_up", title, told, ANSWERS, "Répondre", way=ANSWERS)


def _companies(asking: int) -> Iterator[ToDo]:
    if asking:
        title = counted(asking, "entreprise demande à venir", "entreprises demandent à venir")
        told = "Un mail leur dit votre réponse."
        yield ToDo("company", title, told, f"{ANSWERS}#entreprises", "Répondre", way=f"{ANSWERS}#entreprises")


def _visas(found: list[VisaToSettle]) -> Iterator[ToDo]:
    for one in found:
        told = "Un enseignant a donné l'adresse de la direction, ou propose la fin du visa : vous seul pouvez répondre."
        page = f"/gestion/etablissements/{one.school}"
        yield ToDo("visa", f"{one.school_name}, {one.commune}", told, page, "Répondre", way=f"{page}#visa")


def _paper(found: list[OnPaper]) -> Iterator[ToDo]:
    for one in found:
        visas = counted(one.visas, "visa noté", "visas notés") + " sur papier"
        yield ToDo(
            "paper",
            f"{one.school_name}, {one.commune}",
            f"{visas} cette année scolaire, aucun donné par le lien : demandez à la direction si elle les connaît.",
            page := f"/gestion/etablissements/{one.school}",
            "Appeler le collège",
            way=page,
        )


def _alone(found: list[Unattended]) -> Iterator[ToDo]:
    for one in found:
        awaited = f" ; {counted(one.pupils, 'élève y est attendu', 'élèves y sont attendus')}" if one.pupils else ""
        yield ToDo(
            "alone",
            one.school_name,
            f"Aucun compte n'y est ouvert : {counted(one.slots, 'créneau', 'créneaux')} à venir, le premier"
            f" {day(one.first_at)}{awaited}.",
            f"/gestion/etablissements/{one.school}",
            "Inviter quelqu'un",
            way=f"/gestion/comptes/invitation?role=host&uai={one.uai}",
        )
    if found and (more := found[0].in_all - len(found)) > 0:
        title = counted(more, "autre lycée", "autres lycées")
        yield ToDo("alone", title, "Plus personne n'y reçoit non plus.", "/gestion/etablissements")


def _late(cared: Care) -> Iterator[ToDo]:
    for one in cared.late:
        pupils = counted(one.pupils, "élève n'est pas compté", "élèves ne sont pas comptés")
        reminded = f" Accueil rappelé le {day(one.reminded_at)}." if one.reminded_at else ""
        yield ToDo(
            "late",
            f"{one.title}, {day(one.starts_at)}",
            f"{one.school_name}, {one.commune} n'a pas clos cette visite : {pupils}.{reminded}",
            f"/gestion/etablissements/{one.school}",
            "" if one.reminded_at else "Rappeler l'accueil",
            post="" if one.reminded_at else f"/gestion/creneaux/{one.id}/rappel",
        )
    if (more := cared.late_in_all - len(cared.late)) > 0:
        title = counted(more, "autre visite passée", "autres visites passées")
        yield ToDo("late", title, "Les lycées ne les ont pas closes non plus.", "/gestion/creneaux/attendus")


def _empty(found: list[Empty]) -> Iterator[ToDo]:
    for one in found:
        yield ToDo(
            "empty",
            f"{one.school_name} : {counted(one.slots, 'créneau sans groupe', 'créneaux sans groupe')}",
            f"D'ici trois semaines, le premier {day(one.first_at)}.",
            f"/gestion/etablissements/{one.school}",
            "Écrire à des collèges",
            way=f"/gestion/lettres?qui=jamais-venus&departement={one.department}",
        )
    if found and (more := found[0].in_all - len(found)) > 0:
        title = counted(more, "autre lycée a des créneaux", "autres lycées ont des créneaux")
        yield ToDo("empty", f"{title} sans groupe", "D'ici trois semaines, un peu plus tard.", "/creneaux")


def _mentors(found: list[CohortLine]) -> Iterator[ToDo]:
    for one in found:
        yield ToDo(
            "mentors",
            f"{one.scheme_title}, cohorte {one.entry_year}",
            f"{one.school_name}, {one.commune} : il manque {counted(one.missing, 'entreprise', 'entreprises')} sur 3.",
            f"/gestion/ptech/cohortes/{one.id}",
            "Trouver une entreprise",
            way=f"/gestion/ptech/cohortes/{one.id}/entreprises",
        )


def _steps(found: list[CourseCard]) -> Iterator[ToDo]:
    for one in found:
        step = STEPS.get(one.stands.next or "", "suivante")
        due = f" était prévue le {day(one.stands.next_on)}" if one.stands.next_on else " est en retard"
        yield ToDo(
            "step",
            one.title,
            f"{one.school_name}, {one.commune} : l'étape « {step} »{due}.",
            f"/bts1/{one.id}",
            "Dater l'étape",
            way=f"/bts1/{one.id}#etapes",
        )


def _years(found: list[YearLine]) -> Iterator[ToDo]:
    for one in reversed(found):
        left = counted(one.open, "visite reste à clore", "visites restent à clore") if one.open else "Tout est prêt"
        yield ToDo(
            "year",
            f"Année scolaire {one.year.name}",
            f"{left} ; la clôture fige les chiffres, puis efface les prénoms.",
            f"/gestion/annees/{one.year.name}",
            "Clore l'année",
            way=f"/gestion/annees/{one.year.name}",
        )
