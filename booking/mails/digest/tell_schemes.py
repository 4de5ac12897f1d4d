"""What waits for the coordination of P-TECH, BTS+1, the targets and the years: the points of each subject."""

from __future__ import annotations

from datetime import datetime

from booking.mails.digest.rules import SubjectPoints, WaitingPoint, one_of
from booking.mails.digest.tell_visits import LINES_MOST
from booking.programme.past_visits.queries import closed_years
from booking.words.wording import counted, day, month, number
from booking.year.queries import years
from workshops.coverage.queries import uncounted
from workshops.milestones.queries import late_milestones
from workshops.programmes.bts1.queries import courses, intakes_missing
from workshops.programmes.bts1.rules import STEPS
from workshops.programmes.ptech.all_cohorts import gaps_unexplained
from workshops.programmes.ptech.queries import censuses_missing, cohorts, mentors_quiet
from workshops.results.measure import progress
from workshops.school_calendar.rules import autumn_of, paris_day, school_year_counted, year_words
from workshops.scope import EVERYTHING
from workshops.september_hands.queries import silent_now


async def censuses(now: datetime) -> SubjectPoints:
    """Cohorts that nobody counted in an October that is over."""
    closed = await closed_years()
    return SubjectPoints(
        tuple(
            WaitingPoint(
                f"{one.scheme_title}, cohorte {one.entry_year} : octobre {one.school_year}",
                f"{one.school_name}, {one.commune} n'a pas recensé ses lycéens : l'année {year_words(one.school_year)}"
                " compte pour 0.",
                f"/gestion/ptech/cohortes/{one.cohort}",
                "Recenser",
                way=f"/gestion/ptech/cohortes/{one.cohort}/recensement?annee={one.school_year}&periode=october",
            )
            for one in await censuses_missing(now=now)
            if year_words(one.school_year) not in closed
        ),
        told="Des lycéens P-TECH ne comptent dans aucun objectif.",
    )


async def intakes(now: datetime) -> SubjectPoints:
    """Courses of which nobody said who enrolled."""
    closed = await closed_years()
    return SubjectPoints(
        tuple(
            WaitingPoint(
                f"{one.title} : rentrée {one.school_year}",
                f"{one.school_name}, {one.commune} n'a pas dit combien d'étudiants sont inscrits.",
                f"/bts1/{one.course}",
                "Noter la rentrée",
                way=f"/bts1/{one.course}/effectifs/{one.school_year}",
            )
            for one in await intakes_missing(now=now)
            if year_words(one.school_year) not in closed
        ),
        told="Des étudiants de BTS+1 ne comptent dans aucun objectif.",
    )


async def silent_hands(now: datetime) -> SubjectPoints:
    """Lycées that have not said in September how many of their new pupils had come."""
    year = autumn_of(paris_day(now))
    points = []
    found = await silent_now(now=now, most=LINES_MOST)
    for lycee in found:
        call = f" : {lycee.phone}" if lycee.phone else ""
        told = f"Pas de main levée notée pour la rentrée {year}. Appelez le lycée{call}."
        page = f"/gestion/etablissements/{lycee.id}"
        points.append(
            WaitingPoint(f"{lycee.name}, {lycee.commune}", told, page, "Voir la liste", way="/gestion/mains-levees")
        )
    told = "On ne sait pas combien de leurs nouveaux élèves disent être venus."
    in_all = found[0].in_all if found else 0
    return SubjectPoints(tuple(points), told=told, lines_in_all=in_all, more="/gestion/mains-levees")


async def gaps(now: datetime) -> SubjectPoints:
    """Censuses that lack pupils, or have some too many, and say nothing of it."""
    return SubjectPoints(
        tuple(
            WaitingPoint(
                f"{one.scheme_title}, cohorte {one.entry_year}",
                f"{one.school_name}, {one.commune} : {flow.sentence}",
                f"/gestion/ptech/cohortes/{one.cohort}",
                "Expliquer",
                way=f"/gestion/ptech/cohortes/{one.cohort}/recensement?annee={flow.census.school_year}"
                f"&periode={flow.census.term}",
            )
            for one, flow in await gaps_unexplained()
        ),
        told="Des lycéens y sont perdus de vue, ou comptés de trop.",
    )


async def late_targets(now: datetime) -> SubjectPoints:
    """Those that stand clearly under their even pace, by a tenth of it and more, the worst first."""
    return SubjectPoints(
        tuple(
            WaitingPoint(
                f"{one.target.label} : {number(one.done or 0)} sur {number(one.due or 0)} au rythme régulier",
                f"Objectif : {number(one.target.target)} {one.target.unit} en {month(one.target.to_on)}.",
                f"/gestion/objectifs/{one.target.programme}/{one.target.metric}",
                "Voir pourquoi",
                way=f"/gestion/objectifs/{one.target.programme}/{one.target.metric}",
            )
            for one in sorted(await progress(now=now), key=lambda stand: stand.kept_up)
            if one.target.official and one.late
        ),
        told="Ils sont à plus d'un dixième sous leur rythme régulier.",
    )


async def late_ones(now: datetime) -> SubjectPoints:
    """Milestones whose day is over and that are not done, the oldest first."""
    today = paris_day(now)
    return SubjectPoints(
        tuple(
            WaitingPoint(
                one.title,
                f"Dû le {day(one.due_on)}, {counted((today - one.due_on).days, 'jour')} de retard."
                f" {one.owner_name or 'La coordination'} en répond.",
                f"/gestion/jalons/{one.id}",
                "Voir le jalon",
                way=f"/gestion/jalons/{one.id}",
            )
            for one in await late_milestones(now=now)
        ),
        told="Leur échéance est passée.",
    )


async def mentors(now: datetime) -> SubjectPoints:
    """Cohorts that lack a mentor company."""
    return SubjectPoints(
        tuple(
            WaitingPoint(
                f"{one.scheme_title}, cohorte {one.entry_year}",
                f"{one.school_name}, {one.commune} : il manque {counted(one.missing, 'entreprise', 'entreprises')}"
                " sur 3.",
                f"/gestion/ptech/cohortes/{one.id}",
                "Trouver une entreprise",
                way=f"/gestion/ptech/cohortes/{one.id}/entreprises",
            )
            for one in await cohorts(now=now, scope=EVERYTHING)
            if one.missing
        ),
        told="Il en faut trois.",
    )


async def quiet_mentors(now: datetime) -> SubjectPoints:
    """Mentor companies to be called."""
    today = paris_day(now)
    return SubjectPoints(
        tuple(
            WaitingPoint(
                f"{one.company}, cohorte {one.entry_year}",
                f"{one.scheme_title}, {one.school_name}, {one.commune} : rien depuis"
                f" {counted((today - one.since).days, 'jour')}, rien de prévu.",
                f"/gestion/ptech/cohortes/{one.cohort}",
                "Prévoir une action",
                way=f"/gestion/ptech/cohortes/{one.cohort}/actions",
            )
            for one in await mentors_quiet(now=now)
        )
    )


async def late_steps(now: datetime) -> SubjectPoints:
    """Courses behind their next step."""
    points = []
    for one in await courses(scope=EVERYTHING, now=now):
        if one.stands.late:
            step = STEPS.get(one.stands.next_step or "", "suivante")
            due = f" était prévue le {day(one.stands.next_step_on)}" if one.stands.next_step_on else " est en retard"
            told = f"{one.school_name}, {one.commune} : l'étape « {step} »{due}."
            points.append(
                WaitingPoint(one.title, told, f"/bts1/{one.id}", "Dater l'étape", way=f"/bts1/{one.id}#etapes")
            )
    return SubjectPoints(tuple(points))


async def head_counts(now: datetime) -> SubjectPoints:
    """Collèges whose pupils are not known."""
    year = school_year_counted(paris_day(now))
    lacking = await uncounted(year)
    title = counted(lacking, "collège sans effectif", "collèges sans effectifs") + f" en {year_words(year)}"
    told, page = "La couverture et l'équité les ignorent.", "/gestion/imports#effectifs"
    return one_of(lacking, WaitingPoint(title, told, "/gestion/couverture", "Importer les effectifs", way=page))


async def years_to_close(now: datetime) -> SubjectPoints:
    """School years that are over and not closed."""
    points = []
    for one in reversed([one for one in await years(now=now) if one.to_close]):
        left = counted(one.open, "visite reste à clore", "visites restent à clore") if one.open else "Tout est prêt"
        page = f"/gestion/annees/{one.year.name}"
        told = f"{left} ; la clôture fige les chiffres, puis efface les prénoms."
        points.append(WaitingPoint(f"Année scolaire {one.year.name}", told, page, "Clore l'année", way=page))
    return SubjectPoints(tuple(points), told="La clôture fige les chiffres, puis efface les prénoms.")
