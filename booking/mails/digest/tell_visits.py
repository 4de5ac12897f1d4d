"""What waits for the coordination of visits and of the people who make them: the points of each subject."""

from __future__ import annotations

from datetime import datetime

from booking.mails.digest.queries import all_on_paper, all_unasked, empty, empty_departments, unattended
from booking.mails.digest.rules import SubjectPoints, WaitingPoint, one_of
from booking.outbox.notices.queries import outbox
from booking.outbox.notices.rules import worker_silent
from booking.people.company_requests.queries import count_asking
from booking.programme.coordination.queries import care, count_to_say, to_say
from booking.programme.outreach.queries import departments_to_write_to
from booking.visits.absences.queries import absences_unread
from booking.visits.absences.rules import missed_words
from booking.visits.asking.unmet import unmet_everywhere
from booking.visits.hosting.queries import silent_visits
from booking.visits.newcomers.queries import count_waiting
from booking.visits.reservations.beyond import LevelToLookAt, held_back, levels_to_look_at
from booking.words.wording import counted, day, moment
from workshops.schools.queries import visas_to_settle

ANSWERS = "/gestion/inscriptions"
# Of a country's lycées, so many have a line each in their list.
LINES_MOST = 25


async def silent_worker(now: datetime) -> SubjectPoints:
    """Whether the mails leave."""
    box = await outbox()
    if not worker_silent(box.beat_at, now):
        return SubjectPoints(())
    since = f"ne répond plus depuis {moment(box.beat_at)}" if box.beat_at else "n'a jamais démarré"
    waits = f" {counted(box.waiting, 'message attend', 'messages attendent')}, rien n'est perdu."
    told = f"Le service d'envoi {since}.{waits * bool(box.waiting)} Prévenez la personne qui installe Technilab."
    return SubjectPoints((WaitingPoint("Les mails ne partent plus", told, "/gestion/messages"),))


async def failed_mails(now: datetime) -> SubjectPoints:
    """Mails that nobody received."""
    failed = (await outbox()).failed
    title = counted(failed, "mail en échec", "mails en échec")
    told, relaunch = "Rien n'est arrivé à destination.", "/gestion/messages/relance"
    return one_of(failed, WaitingPoint(title, told, "/gestion/messages", "Relancer", post=relaunch))


async def returned_mails(now: datetime) -> SubjectPoints:
    """Mails that came back, and that nobody else has read."""
    amount, page = await count_to_say(), "/gestion/messages#revenus"
    if amount != 1:
        title = counted(amount, "mail revenu, à dire au téléphone", "mails revenus, à dire au téléphone")
        told = "Ni leurs destinataires ni personne d'autre ne les ont lus."
        return one_of(amount, WaitingPoint(title, told, page, "Voir qui appeler", way=page))
    [one] = await to_say(most=1)
    who = f"{one.to_name or one.to_email}, {one.place}" if one.place else one.to_name or one.to_email
    call = f" : {one.phone}" if one.phone else ""
    told = f"Appelez {who}{call}. À dire : {one.letter.lower()}."
    return one_of(1, WaitingPoint("1 mail revenu, à dire au téléphone", told, page, "Voir ce qu'il disait", way=page))


async def silent(now: datetime) -> SubjectPoints:
    """Collèges that were asked twice whether they come, and have not answered."""
    found = await silent_visits(most=LINES_MOST, now=now)
    points = []
    for one in found:
        call = f" : {one.college_phone}" if one.college_phone else ""
        told = (
            f"{one.group_name} ({counted(one.pupils, 'élève')}) est attendu au {one.host_name} le"
            f" {moment(one.starts_at)}, et le collège n'a pas dit s'il vient. Appelez-le{call}."
        )
        page = f"/gestion/etablissements/{one.college}"
        way = f"/reservations/{one.id}"
        points.append(WaitingPoint(f"{one.college_name}, {one.college_commune}", told, page, "Voir la visite", way=way))
    return SubjectPoints(tuple(points), lines_in_all=found[0].in_all if found else 0)


async def absences(now: datetime) -> SubjectPoints:
    """Collèges that did not come to two visits of the year or more, and have said what happened."""
    points = []
    for answer in await absences_unread():
        told = f"Le collège {missed_words(answer.no_shows)}. Il dit : « {answer.words} »"
        title, page = f"{answer.school_name}, {answer.commune}", f"/gestion/etablissements/{answer.school}"
        read = f"{page}/explication"
        points.append(WaitingPoint(title, told, f"{page}#visites-manquees", "Noter comme lu", post=read))
    return SubjectPoints(tuple(points), told="Lisez ce qu'ils disent ; un appel aide parfois. Rien ne leur est fermé.")


async def visas(now: datetime) -> SubjectPoints:
    """Collèges whose visa the coordination alone can settle."""
    told = "Un enseignant a donné l'adresse de la direction, ou propose la fin du visa : vous seul pouvez répondre."
    found = [(f"{one.school_name}, {one.commune}", one.school) for one in await visas_to_settle()]
    page = "/gestion/etablissements/{}"
    return SubjectPoints(
        tuple(
            WaitingPoint(name, told, page.format(school), "Répondre", way=f"{page.format(school)}#visa")
            for name, school in found
        )
    )


async def unasked(now: datetime) -> SubjectPoints:
    """Collèges whose demands wait for a visa that there was nobody to ask for: their places go back without it."""
    points = []
    for one in await all_unasked(now=now):
        waits = counted(one.visits, "visite attend un visa", "visites attendent un visa")
        told = (
            f"{waits} qui n'a pu être demandé à personne : sans lui, des places sont rendues dès le"
            f" {moment(one.held_until)}. Demandez l'adresse de la direction : un enseignant la donne, et vous"
            " la confirmez."
        )
        page = f"/gestion/etablissements/{one.school}"
        points.append(WaitingPoint(f"{one.school_name}, {one.commune}", told, page, "Appeler le collège", way=page))
    return SubjectPoints(tuple(points))


async def on_paper(now: datetime) -> SubjectPoints:
    """Collèges all of whose visas of the year were noted from paper: does their principal know of them?"""
    points = []
    for one in await all_on_paper(now=now):
        visas = counted(one.visas, "visa noté", "visas notés") + " sur papier"
        told = f"{visas} cette année scolaire, aucun donné par le lien : demandez à la direction si elle les connaît."
        page = f"/gestion/etablissements/{one.school}"
        points.append(WaitingPoint(f"{one.school_name}, {one.commune}", told, page, "Appeler le collège", way=page))
    return SubjectPoints(tuple(points))


async def alone(now: datetime) -> SubjectPoints:
    """Lycées with slots to come and no account left."""
    found = await unattended(now=now, most=LINES_MOST)
    points = []
    for one in found:
        awaited = f" ; {counted(one.pupils, 'élève y est attendu', 'élèves y sont attendus')}" if one.pupils else ""
        told = (
            f"Aucun compte n'y est ouvert : {counted(one.slots, 'créneau', 'créneaux')} à venir, le premier"
            f" {day(one.first_at)}{awaited}."
        )
        way = f"/gestion/comptes/invitation?role=host&uai={one.uai}"
        page = f"/gestion/etablissements/{one.school}"
        points.append(WaitingPoint(one.school_name, told, page, "Inviter quelqu'un", way=way))
    return SubjectPoints(tuple(points), lines_in_all=found[0].in_all if found else 0)


async def sign_ups(now: datetime) -> SubjectPoints:
    """Teachers who wait to be answered for."""
    waiting = await count_waiting()
    title = counted(waiting, "inscription attend", "inscriptions attendent")
    told = "Un collègue ou le collège peut aussi répondre ; ce qui est demandé attend d'ici là."
    return one_of(waiting, WaitingPoint(title, told, ANSWERS, "Répondre", way=ANSWERS))


async def beyond(now: datetime) -> SubjectPoints:
    """Groups that wait, their collège having as many as classes of their level."""
    found = await held_back(now=now, most=LINES_MOST)
    points = []
    for one in found:
        hoped = "ce qui convient" if one.starts_at is None else f": {one.workshop}, {moment(one.starts_at)}"
        told = (
            f"{one.school_name}, {one.commune} a déjà {counted(one.others, 'groupe')} de {one.level} pour"
            f" {counted(one.classes, 'classe')}. Ce groupe attend {hoped}."
        )
        title, page = f"{one.group_name}, {one.level}", f"/gestion/etablissements/{one.school}#classes"
        post = f"/gestion/{'demandes' if one.starts_at is None else 'reservations'}/{one.id}/passage"
        points.append(WaitingPoint(title, told, page, "Laisser passer", post=post))
    told = "Ils passent après les autres ; laissez passer une vraie classe, ou dites combien de classes a le collège."
    return SubjectPoints(tuple(points), told=told, lines_in_all=found[0].in_all if found else 0)


async def many_groups(now: datetime) -> SubjectPoints:
    """Levels of collèges more of whose groups ask than is known to be right: a line each, however many visits."""
    points = []
    for one in await levels_to_look_at(now=now):
        page = f"/gestion/etablissements/{one.school}#classes"
        title = f"{one.school_name}, {one.commune} : {one.level}"
        points.append(WaitingPoint(title, _many_words(one), page, "Dire combien de classes", way=page))
    return SubjectPoints(tuple(points), told="Demandez au collège combien de classes il a, et dites-le sur sa page.")


def _many_words(level: LevelToLookAt) -> str:
    """« 6 groupes demandent ou viennent, pour 5 classes : deux ont demandé au même instant. »"""
    said = []
    groups = counted(level.groups, "groupe demande ou vient", "groupes demandent ou viennent")
    if level.classes is None and level.groups > 1:
        said.append(f"{groups}, sans limite : personne ne sait combien ce niveau a de classes.")
    elif level.classes is not None and level.groups > level.classes:
        said.append(f"{groups}, pour {counted(level.classes, 'classe')} : des demandes sont venues au même instant.")
    if level.apart > 1:
        apart = counted(level.apart, "groupe")
        said.append(f"{apart} d'ULIS, de SEGPA ou de club, sans limite.")
    return " ".join(said)


async def waiting_classes(now: datetime) -> SubjectPoints:
    """Classes that no slot suits."""
    found = await unmet_everywhere(now=now)
    classes, pupils = sum(one.classes for one in found), sum(one.pupils for one in found)
    title = counted(classes, "classe attend un créneau", "classes attendent un créneau")
    told = f"{counted(pupils, 'élève')} : un lycée qui en ouvre un les reçoit."
    return one_of(classes, WaitingPoint(title, told, "/gestion/demandes", "Voir où", way="/gestion/demandes"))


async def late_visits(now: datetime) -> SubjectPoints:
    """Visits that are over and that their lycée did not close."""
    cared = await care(now=now)
    points = []
    for one in cared.late:
        pupils = counted(one.pupils, "élève n'est pas compté", "élèves ne sont pas comptés")
        reminded = f" Accueil rappelé le {day(one.reminded_at)}." if one.reminded_at else ""
        told = f"{one.school_name}, {one.commune} n'a pas clos cette visite : {pupils}.{reminded}"
        ask = () if one.reminded_at else ("Rappeler l'accueil", "", f"/gestion/creneaux/{one.id}/rappel")
        title, page = f"{one.title}, {day(one.starts_at)}", f"/gestion/etablissements/{one.school}"
        points.append(WaitingPoint(title, told, page, *ask))
    told = "Leurs élèves ne comptent pas avant que leur lycée les ait closes."
    return SubjectPoints(
        tuple(points), told=told, lines_in_all=cared.late_in_all, more="/gestion/creneaux?etat=attendues"
    )


async def companies(now: datetime) -> SubjectPoints:
    """Companies that ask to join."""
    asking, page = await count_asking(), f"{ANSWERS}#entreprises"
    title = counted(asking, "entreprise demande à venir", "entreprises demandent à venir")
    return one_of(asking, WaitingPoint(title, "Votre réponse part par mail.", page, "Répondre", way=page))


async def empty_slots(now: datetime) -> SubjectPoints:
    """Slots whose letter may leave: where it left, there is nothing to do but to wait for two weeks."""
    asked = await departments_to_write_to(await empty_departments(now=now), now=now)
    found = await empty(now=now, most=LINES_MOST, departments=asked)
    return SubjectPoints(
        tuple(
            WaitingPoint(
                f"{one.school_name} : {counted(one.slots, 'créneau sans groupe', 'créneaux sans groupe')}",
                f"D'ici trois semaines, le premier {day(one.first_at)}.",
                f"/gestion/etablissements/{one.school}",
                "Écrire à des collèges",
                way=f"/gestion/lettres?qui=jamais-venus&departement={one.department}",
            )
            for one in found
        ),
        told=f"D'ici trois semaines, le premier {day(found[0].first_at)}." if found else "",
        amount=found[0].slots_in_all if found else 0,
        lines_in_all=found[0].in_all if found else 0,
        more="/creneaux",
    )
