"""What a teacher and her principal read about a visa, a wait and an offer, sent through a real server and read back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.people.accounts.rules import hash_of
from tests.booking.mails.story import WORDS_ALONE, Story, kinds_of, posted, reserved, text_of, told
from tests.booking.outbox.notices.outbox import held
from tests.builders import NOW, _insert, group, opening, paris, reservation, slot
from tests.telling import tell
from workshops.database import row, rows, value
from workshops.events.record import record

UNTIL = paris("2027-01-21 09:00")
LINK = "p" * 43
FACTS = (
    "Quand : jeudi 25 mars 2027, de 9 h 00 à 12 h 00\n"
    "Où : Lycée Jules Haag, Atelier 2, 1 rue Labbé, 25000 Besançon\n"
    "Atelier : Découpe laser\n"
    "Groupe : 4e B, 24 élèves et 2 accompagnateurs\n"
)
FACTS_TO_SIGN = FACTS.replace("Groupe", "Distance : 0 km à vol d'oiseau\nGroupe")
WHEN = "le jeudi 25 mars 2027, de 9 h 00 à 12 h 00, pour le groupe 4e B (24 élèves)"


async def asked(**more: object) -> Story:
    """A visa is asked, by a link."""
    facts = {"state": "requested", "hold_until": UNTIL} | more
    story = await reserved(needs_approval=True, **facts)
    await rows(
        "INSERT INTO approvals (reservation, token_hash, created_at) VALUES ($1, $2, $3)",
        *(story.reservation, hash_of(LINK), NOW),
    )
    return story


async def test_a_teacher_reads_that_her_principal_is_asked_and_until_when_the_seats_are_held(db):
    story = await asked()
    mail = await told("reservation_requested/teacher", story.reservation)
    assert str(mail.message["Subject"]) == "Visa demandé : Découpe laser, jeudi 25 mars 2027 à 9 h 00"
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Les places de votre visite du jeudi 25 mars 2027, de 9 h 00 à 12 h 00, sont tenues pour le groupe 4e B"
        " (24 élèves), jusqu'au jeudi 21 janvier 2027, 9 h 00.\n\n"
        f"{FACTS}\n"
        "La demande de visa part par mail à Mme Perrin. Vous avez le visa sur papier ? Notez-le sur la page de la"
        " réservation : la visite est alors confirmée.\n\n"
        "Ouvrir la réservation :\n"
        f"http://127.0.0.1:8000/reservations/{story.reservation}\n"
    )
    assert kinds_of(mail) == WORDS_ALONE


async def test_a_teacher_reads_which_of_her_choices_are_in_reserve(db):
    story = await asked(line=1)
    above = await value("SELECT demand FROM reservations")
    visit = await row('SELECT "group", booked_by FROM reservations WHERE id = $1', story.reservation)
    other = await slot(host=story.host, starts_at=paris("2027-04-01 14:00"))
    await reservation(slot=other, group=visit["group"], by=visit["booked_by"], state="waiting", demand=above, line=2)
    mail = await told("reservation_requested/teacher", story.reservation)
    lines = text_of(mail).split("\n")
    assert [one for one in lines if "réserve" in one] == [
        "En réserve, deuxième choix : Découpe laser, Lycée Jules Haag, jeudi 1er avril 2027, de 14 h 00 à 17 h 00",
        "La demande de visa part par mail à Mme Perrin. Vous avez le visa sur papier ? Notez-le sur la page de la"
        " réservation : la visite est alors confirmée. Vos autres choix sont en réserve : sans ce visa, le premier"
        " qui a de la place vous est proposé.",
    ]


async def test_a_visa_that_never_came_leads_to_the_other_choices(db):
    story = await reserved(state="lapsed", sequence=1, line=1)
    above = await value("SELECT demand FROM reservations")
    visit = await row('SELECT "group", booked_by FROM reservations WHERE id = $1', story.reservation)
    other = await slot(host=story.host, starts_at=paris("2027-04-01 14:00"))
    await reservation(slot=other, group=visit["group"], by=visit["booked_by"], state="offered", demand=above, line=2)
    mail = await told("lapsed/teacher/visa", story.reservation)
    said = "Vos autres choix restent : dès que l'un d'eux a de la place, un message vous la propose."
    assert text_of(mail).split("\n")[-5] == said


async def test_a_principal_reads_all_that_a_decision_needs_and_one_link(db):
    story = await asked()
    mail = await told(
        "approval_asked/principal", story.reservation, to="perrin@example.org", name="Mme Perrin", secret=LINK
    )
    assert str(mail.message["Subject"]) == "Votre visa : visite du jeudi 25 mars 2027, 4e B"
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Claire Renaud demande votre visa pour une visite au lycée : le groupe 4e B (24 élèves), le jeudi"
        " 25 mars 2027, de 9 h 00 à 12 h 00.\n\n"
        f"{FACTS_TO_SIGN}"
        "Demandé par : Claire Renaud, Collège Stendhal\n"
        "Les élèves font : Dessiner, poncer, assembler.\n"
        "Montré seulement : La découpe laser.\n"
        "Protections : Lunettes et blouse prêtées.\n"
        "Responsable : Le directeur délégué\n"
        "Répondre avant : jeudi 21 janvier 2027, 9 h 00\n\n"
        "Ouvrez la page pour donner ou refuser votre visa. Aucun compte n'est demandé ; sans réponse le jeudi"
        " 21 janvier 2027, 9 h 00, les places sont rendues.\n\n"
        "Donner ou refuser le visa :\n"
        f"http://127.0.0.1:8000/visa/{LINK}\n"
    )
    assert kinds_of(mail) == WORDS_ALONE
    assert await held("secret") == [("",)]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE approvals SET used_at = now()",
        "UPDATE reservations SET state = 'confirmed'",
        "UPDATE reservations SET hold_until = created_at - interval '1 day'",
    ],
)
async def test_a_link_that_opens_nothing_any_more_is_not_sent(db, change):
    story = await asked(created_at=NOW)
    await rows(change)
    assert await told("approval_asked/principal", story.reservation, to="perrin@example.org", secret=LINK) is None
    assert await held("state", "secret") == [("dropped", "")]


async def test_a_teacher_reads_that_the_visa_is_still_missing(db):
    story = await asked()
    mail = await told("reservation_requested/teacher/again", story.reservation)
    assert str(mail.message["Subject"]) == "Visa toujours attendu : Découpe laser, jeudi 25 mars 2027 à 9 h 00"
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Le visa de votre visite du jeudi 25 mars 2027, de 9 h 00 à 12 h 00, manque encore : sans lui, les places du"
        " groupe 4e B (24 élèves) sont rendues le jeudi 21 janvier 2027, 9 h 00.\n\n"
        f"{FACTS}\n"
        "Un nouveau lien part aujourd'hui à Mme Perrin. Vous avez le visa sur papier ? Notez-le sur la page de la"
        " réservation.\n\n"
        "Ouvrir la réservation :\n"
        f"http://127.0.0.1:8000/reservations/{story.reservation}\n"
    )


async def test_a_group_that_waits_reads_its_rank(db):
    story = await reserved(state="waiting", created_at=NOW)
    await reservation(slot=story.slot, group=await group(), state="waiting", created_at=NOW - timedelta(hours=1))
    mail = await told("reservation_waiting/teacher", story.reservation)
    assert str(mail.message["Subject"]) == "Liste d'attente : Découpe laser, jeudi 25 mars 2027 à 9 h 00"
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Votre groupe 4e B (24 élèves) est en liste d'attente pour le créneau du jeudi 25 mars 2027, de 9 h 00 à"
        " 12 h 00.\n\n"
        f"{FACTS}"
        "Rang : 2\n\n"
        "Dès qu'une place se libère pour tout le groupe, elle vous est proposée par mail. Vous pouvez quitter la liste"
        " depuis la page de la réservation.\n\n"
        "Ouvrir la réservation :\n"
        f"http://127.0.0.1:8000/reservations/{story.reservation}\n"
    )
    assert kinds_of(mail) == WORDS_ALONE


async def test_an_offered_place_says_until_when_and_that_fewer_pupils_may_come(db):
    story = await reserved(state="offered", hold_until=UNTIL)
    mail = await told("place_offered/teacher", story.reservation)
    assert str(mail.message["Subject"]) == "Une place pour votre groupe : Découpe laser, jeudi 25 mars 2027 à 9 h 00"
    assert text_of(mail) == (
        "Bonjour,\n\n"
        f"Une place vous est proposée : {WHEN}. Elle est à vous si vous répondez avant le jeudi 21 janvier 2027,"
        " 9 h 00.\n\n"
        f"{FACTS}"
        "Répondre avant : jeudi 21 janvier 2027, 9 h 00\n\n"
        "Acceptez ou refusez depuis la page de la réservation. Vous pouvez aussi venir avec moins d'élèves.\n\n"
        "Répondre :\n"
        f"http://127.0.0.1:8000/reservations/{story.reservation}\n"
    )
    assert kinds_of(mail) == WORDS_ALONE


async def test_a_place_given_back_late_says_its_short_clock_first(db):
    story = await reserved(state="offered", hold_until=paris("2027-03-24 15:40"))
    mail = await told("place_offered/teacher", story.reservation, now=paris("2027-03-24 13:40"))
    assert str(mail.message["Subject"]) == (
        "Répondez avant 15 h 40 : une place le jeudi 25 mars 2027 à 9 h 00, Découpe laser"
    )
    assert text_of(mail) == (
        "Bonjour,\n\n"
        f"Répondez avant 15 h 40 : une place vient d'être rendue {WHEN}.\n\n"
        f"{FACTS}"
        "Répondre avant : mercredi 24 mars 2027, 15 h 40\n\n"
        "Sans réponse à cette heure-là, elle va au groupe suivant. Acceptez ou refusez depuis la page de la"
        " réservation. Vous pouvez aussi venir avec moins d'élèves.\n\n"
        "Répondre :\n"
        f"http://127.0.0.1:8000/reservations/{story.reservation}\n"
    )


async def test_an_answer_due_on_another_day_names_that_day(db):
    story = await reserved(state="offered", hold_until=paris("2027-03-24 09:40"))
    mail = await told("place_offered/teacher", story.reservation, now=paris("2027-03-23 17:40"))
    assert str(mail.message["Subject"]) == (
        "Répondez avant mercredi 24 mars, 9 h 40 : une place le jeudi 25 mars 2027 à 9 h 00, Découpe laser"
    )


async def test_an_offer_that_is_over_is_not_sent(db):
    story = await reserved(state="offered", hold_until=UNTIL)
    assert await told("place_offered/teacher", story.reservation, now=UNTIL) is None
    assert await held("state") == [("dropped",)]


@pytest.mark.parametrize(
    ("kind", "subject", "sentence"),
    [
        (
            "lapsed/teacher/offer",
            "Proposition expirée",
            f"La place proposée {WHEN}, n'est plus tenue : le délai pour répondre est passé.",
        ),
        (
            "lapsed/teacher/visa",
            "Visa non reçu",
            "Le visa de votre visite du jeudi 25 mars 2027, de 9 h 00 à 12 h 00, n'est pas arrivé à temps : les places"
            " du groupe 4e B (24 élèves) sont rendues.",
        ),
        (
            "lapsed/teacher/wait",
            "Liste d'attente close",
            f"Aucune place ne s'est libérée {WHEN} : la liste d'attente est close.",
        ),
        (
            "lapsed/teacher/draw",
            "Demande sans suite",
            "Au moment du tirage, le lycée ne pouvait plus recevoir le groupe 4e B (24 élèves) le jeudi 25 mars 2027,"
            " de 9 h 00 à 12 h 00 : la demande est sans suite.",
        ),
    ],
)
async def test_what_ran_out_of_time_says_so_and_touches_no_agenda(db, kind, subject, sentence):
    story = await reserved(state="lapsed", sequence=1)
    mail = await told(kind, story.reservation)
    assert str(mail.message["Subject"]) == f"{subject} : Découpe laser, jeudi 25 mars 2027 à 9 h 00"
    assert text_of(mail).split("\n")[2] == sentence
    page = f"http://127.0.0.1:8000/reservations/{story.reservation}"
    assert text_of(mail).split("\n")[-3:-1] == ["Trouver un autre créneau :", page]
    assert kinds_of(mail) == WORDS_ALONE


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("reservation_requested/teacher", "confirmed"),
        ("reservation_requested/teacher/again", "confirmed"),
        ("reservation_waiting/teacher", "offered"),
        ("place_offered/teacher", "confirmed"),
        ("lapsed/teacher/offer", "confirmed"),
        ("lapsed/teacher/visa", "requested"),
        ("lapsed/teacher/wait", "offered"),
    ],
)
async def test_what_is_no_longer_true_of_a_demand_is_not_sent(db, kind, state):
    story = await reserved(state=state, hold_until=UNTIL)
    assert await told(kind, story.reservation) is None
    assert await held("state") == [("dropped",)]


async def in_reserve(story: Story, *, rank: int, on: str, state: str = "waiting") -> int:
    """Another line of the same demand."""
    visit = await row('SELECT demand, "group", booked_by FROM reservations WHERE id = $1', story.reservation)
    other = await slot(host=story.host, starts_at=paris(on))
    own = {"group": visit["group"], "by": visit["booked_by"], "state": state}
    return await reservation(slot=other, **own, demand=visit["demand"], line=rank)


async def test_a_principal_reads_each_choice_of_a_wish(db):
    story = await asked(line=1)
    await in_reserve(story, rank=2, on="2027-04-01 14:00")
    mail = await told(
        "approval_asked/principal", story.reservation, to="perrin@example.org", name="Mme Perrin", secret=LINK
    )
    lines = text_of(mail).split("\n")
    assert lines[2] == (
        "Claire Renaud demande votre visa pour une visite au lycée, parmi plusieurs choix : le groupe 4e B (24 élèves)"
        " n'en fera qu'une."
    )
    assert lines[4:6] == [
        "Premier choix : jeudi 25 mars 2027, de 9 h 00 à 12 h 00, Lycée Jules Haag (Besançon), 0 km, Découpe laser",
        "Deuxième choix : jeudi 1er avril 2027, de 14 h 00 à 17 h 00, Lycée Jules Haag (Besançon), 0 km, Découpe laser",
    ]
    assert lines[-5].startswith("Ouvrez la page pour cocher les choix que vous acceptez, ou refuser.")


async def test_who_waits_for_several_choices_reads_them_in_order_in_one_mail(db):
    story = await reserved(state="waiting", line=1)
    await in_reserve(story, rank=2, on="2027-04-01 14:00")
    mail = await told("reservation_waiting/teacher", story.reservation)
    assert str(mail.message["Subject"]) == "Liste d'attente : vos 2 choix pour 4e B"
    lines = text_of(mail).split("\n")
    assert lines[2] == (
        "Votre groupe 4e B (24 élèves) est en liste d'attente pour 2 choix, dans cet ordre de préférence."
    )
    assert lines[4] == "Groupe : 4e B, 24 élèves et 2 accompagnateurs"
    assert [one for one in lines if "choix :" in one] == [
        "Premier choix : Découpe laser, Lycée Jules Haag, jeudi 25 mars 2027, de 9 h 00 à 12 h 00",
        "Deuxième choix : Découpe laser, Lycée Jules Haag, jeudi 1er avril 2027, de 14 h 00 à 17 h 00",
    ]
    demand = await value("SELECT demand FROM reservations WHERE id = $1", story.reservation)
    assert lines[-5:] == [
        "Dès qu'une place se libère pour tout le groupe, elle vous est proposée par mail ; la première place que"
        " vous prenez met fin au reste. Un choix, ou toute la demande, se retire depuis sa page.",
        *("", "Ouvrir la demande :", f"http://127.0.0.1:8000/demandes/{demand}", ""),
    ]


@pytest.mark.parametrize("sentence", [2, 3])
async def test_who_is_offered_what_her_sentence_found_reads_that_she_had_not_named_it(db, sentence):
    story = await reserved(state="offered", line=2, hold_until=UNTIL)
    await rows("UPDATE demands SET lines = 3, sentence = $1, km = 40, level = '4e', pupils = 24", sentence)
    words = text_of(await told("place_offered/teacher", story.reservation))
    assert ("Vous n'aviez pas nommé ce créneau : il convient à votre demande." in words) is (sentence == 2)
    assert "La prendre met fin à vos autres choix ; la laisser n'y change rien." in words


@pytest.mark.parametrize("over", [False, True])
async def test_who_waits_reads_that_what_suits_elsewhere_is_proposed_too_until_it_is_looked_for_no_more(db, over):
    story = await reserved(state="waiting", line=1)
    await rows(
        "UPDATE demands SET lines = 2, sentence = 2, km = 40, level = '4e', pupils = 24, ends_at = $1, ended_at = $2",
        *(NOW + timedelta(days=60), NOW if over else None),
    )
    words = text_of(await told("reservation_waiting/teacher", story.reservation))
    told_too = (
        "elle vous est proposée par mail ; ce qui convient ailleurs aussi, dès qu'il y en a ; la première place que"
        " vous prenez met fin au reste. Vous pouvez quitter la liste"
    )
    assert ("Sinon : ce qui convient : 24 élèves de 4e, à moins de 40 km" in words, told_too in words) == (
        not over,
        not over,
    )


async def test_a_wait_that_ends_while_what_suits_is_looked_for_says_so_and_until_when(db):
    story = await reserved(state="lapsed", sequence=1, line=1)
    asked = "UPDATE demands SET lines = 2, sentence = 2, km = 40, level = '4e', pupils = 24, ends_at = $1"
    await rows(asked, paris("2027-04-01 00:00"))
    said = "Ce qui convient est toujours cherché, jusqu'au mercredi 31 mars 2027, et vous est proposé par mail."
    for kind in ("lapsed/teacher/wait", "lapsed/teacher/offer", "lapsed/teacher/visa"):
        assert text_of(await told(kind, story.reservation)).split("\n")[-5].endswith(said)
        await rows("DELETE FROM notices")
    await rows("UPDATE demands SET ended_at = $1", NOW)
    assert said not in text_of(await told("lapsed/teacher/wait", story.reservation))


async def only_looking() -> tuple[Story, int]:
    """A demand of 4e B, none of whose slots can be had or waited for."""
    story = await reserved(state="cancelled_by_teacher")
    of_class = await row('SELECT "group", school, booked_by FROM reservations')
    said: dict[str, object] = {"lines": 2, "sentence": 2, "km": 40, "level": "4e", "pupils": 24, "adults": 2}
    said |= {"asked_at": NOW, "ends_at": paris("2027-09-01 00:00"), "passed_over": [story.slot]}
    said |= {"passed_why": "Les réservations de ce créneau sont closes.", "school": of_class["school"]}
    whose = {"asked_by": of_class["booked_by"], "group": of_class["group"]}
    return story, await _insert("demands", **said | whose)


async def test_a_teacher_reads_that_her_slots_are_lost_and_why_and_that_what_suits_is_looked_for(db):
    _, demand = await only_looking()
    mail = await told("reservation_waiting/teacher/looks", demand)
    assert str(mail.message["Subject"]) == "Demande gardée pour 4e B : ce qui convient vous sera proposé"
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Le créneau que vous demandez ne peut être ni réservé ni attendu pour le groupe 4e B (24 élèves). Votre demande"
        " reste : un autre créneau qui convient est cherché.\n\n"
        "Groupe : 4e B, 24 élèves et 2 accompagnateurs\n"
        "Plus possible : Découpe laser, Lycée Jules Haag, jeudi 25 mars 2027, de 9 h 00 à 12 h 00\n"
        "Pourquoi : Les réservations de ce créneau sont closes.\n"
        "Sinon : ce qui convient : 24 élèves de 4e, à moins de 40 km\n\n"
        "Rien ne convient aujourd'hui. Ce qui se libère ou s'ouvre vous est proposé par mail, jusqu'au mardi 31 août"
        " 2027. Vous pouvez retirer la demande depuis sa page.\n\n"
        "Ouvrir la demande :\n"
        f"http://127.0.0.1:8000/demandes/{demand}\n"
    )
    assert kinds_of(mail) == WORDS_ALONE


async def test_a_demand_that_looks_no_more_or_has_found_is_not_told_to_look(db):
    story, found = await only_looking()
    over = await _insert("demands", school=story.college, lines=2, sentence=2, asked_at=NOW, ended_at=NOW)
    offered = "UPDATE reservations SET demand = $1, line = 2, state = 'offered' WHERE id = $2"
    await rows(offered, found, story.reservation)
    assert [await told("reservation_waiting/teacher/looks", demand) for demand in (over, found)] == [None, None]


async def test_the_colleges_mailbox_hears_of_a_demand_whose_teacher_is_gone(db):
    story, demand = await only_looking()
    await rows("UPDATE schools SET mail = 'ce.0250001a@example.org' WHERE id = $1", story.college)
    await rows("UPDATE accounts SET disabled_at = $1", NOW)
    await record("demand_looks", by=None, about_kind="demand", about=demand, now=NOW)
    await tell()
    [mail] = await posted()
    assert str(mail.message["To"]) == "Collège Stendhal <ce.0250001a@example.org>"
    assert "Demande gardée pour 4e B : ce qui convient vous sera proposé." in text_of(mail)


async def test_what_is_found_while_choices_wait_names_them_and_says_that_they_wait(db):
    story = await reserved(state="offered", hold_until=UNTIL, line=3)
    await rows("UPDATE demands SET lines = 3, sentence = 3, km = 40, level = '4e', pupils = 24")
    for rank, on in ((1, "2027-04-01 14:00"), (2, "2027-04-02 14:00")):
        await in_reserve(story, rank=rank, on=on)
    mail = await told("place_offered/teacher", story.reservation)
    lines = text_of(mail).split("\n")
    assert [line for line in lines if line.startswith("En attente")] == [
        "En attente, premier choix : Découpe laser, Lycée Jules Haag, jeudi 1er avril 2027, de 14 h 00 à 17 h 00",
        "En attente, deuxième choix : Découpe laser, Lycée Jules Haag, vendredi 2 avril 2027, de 14 h 00 à 17 h 00",
    ]
    assert lines[-5].startswith(
        "Vous n'aviez pas nommé ce créneau : il convient à votre demande. Votre groupe attend aussi les créneaux que"
        " vous demandiez : la première place que vous prenez met fin au reste. Acceptez ou refusez"
    )
    assert kinds_of(mail) == WORDS_ALONE


async def test_what_is_found_in_the_place_of_lost_slots_says_so(db):
    story, demand = await only_looking()
    found = "UPDATE reservations SET demand = $1, line = 2, state = 'offered', hold_until = $3 WHERE id = $2"
    await rows(found, demand, story.reservation, UNTIL)
    lines = text_of(await told("place_offered/teacher", story.reservation)).split("\n")
    assert [line for line in lines if line.startswith(("Plus possible", "Pourquoi"))] == [
        "Plus possible : Découpe laser, Lycée Jules Haag, jeudi 25 mars 2027, de 9 h 00 à 12 h 00",
        "Pourquoi : Les réservations de ce créneau sont closes.",
    ]


async def test_a_principal_who_was_never_asked_for_a_visa_hears_nothing_of_a_visit_that_will_not_be(db):
    story = await reserved(needs_approval=True, state="cancelled_by_teacher", confirmed_at=NOW)
    assert (
        await told("reservation_cancelled/principal", story.reservation, to="perrin@example.org", name="Mme Perrin")
        is None
    )


async def test_a_principal_reads_that_a_visit_she_signed_will_not_be_and_why(db):
    story = await reserved(needs_approval=True, state="cancelled_by_teacher", confirmed_at=NOW, reason="Grève des cars")
    await rows("UPDATE reservations SET signed_on = '2027-03-25'")
    mail = await told("reservation_cancelled/principal", story.reservation, to="perrin@example.org", name="Mme Perrin")
    assert str(mail.message["Subject"]) == "Visite annulée : 4e B, jeudi 25 mars 2027"
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "La visite du groupe 4e B (24 élèves) du jeudi 25 mars 2027, de 9 h 00 à 12 h 00, n'aura pas lieu. Votre"
        " collège l'a annulée.\n\n"
        f"{FACTS}"
        "Motif : Grève des cars\n\n"
        "Votre visa ne vaut plus pour elle. Vous n'avez rien à faire.\n\n"
        "Voir le créneau :\n"
        f"http://127.0.0.1:8000/creneaux/{story.slot}\n"
    )


async def test_a_principal_reads_that_her_visa_holds_for_what_has_changed(db):
    story = await reserved(needs_approval=True)
    mail = await told("reservation_changed/principal", story.reservation, to="perrin@example.org", name="Mme Perrin")
    lines = text_of(mail).split("\n")
    assert lines[2] == (
        "Une visite que vous avez visée a changé. Le groupe 4e B (24 élèves, 2 accompagnateurs) y va le jeudi 25 mars"
        " 2027, de 9 h 00 à 12 h 00."
    )
    assert lines[-5] == (
        "Le lycée et le jour sont ceux que vous avez visés, sans adulte de plus : votre visa reste valable. Vous n'avez"
        " rien à faire."
    )


async def test_a_teacher_reads_that_a_change_is_not_granted_and_what_stands(db):
    story = await reserved(needs_approval=True)
    visit = await row('SELECT "group" FROM reservations')
    other = await slot(host=story.host, starts_at=paris("2027-04-01 14:00"))
    own = {"group": visit["group"], "by": story.teacher, "state": "refused_by_principal", "reason": "Examens"}
    change = await reservation(slot=other, **own, replaces=story.reservation)
    mail = await told("change_not_granted/teacher", change)
    assert str(mail.message["Subject"]) == "Changement non retenu : Découpe laser, jeudi 25 mars 2027 à 9 h 00"
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Votre groupe 4e B (24 élèves) n'ira pas le jeudi 1er avril 2027, de 14 h 00 à 17 h 00. La direction de votre"
        " collège ne l'a pas visé. Sa visite du jeudi 25 mars 2027, de 9 h 00 à 12 h 00, est gardée.\n\n"
        f"{FACTS}"
        "Motif : Examens\n\n"
        "Rien ne change pour elle : ses places, ses badges et son entrée d'agenda valent toujours.\n\n"
        "Ouvrir la réservation :\n"
        f"http://127.0.0.1:8000/reservations/{story.reservation}\n"
    )


async def test_a_teacher_reads_that_adults_were_not_signed_for(db):
    story = await reserved(needs_approval=True)
    mail = await told("change_not_granted/teacher", story.reservation)
    assert text_of(mail).split("\n")[2] == (
        "La direction de votre collège n'a pas visé d'adultes de plus : votre groupe 4e B (24 élèves) vient avec 2"
        " accompagnateurs le jeudi 25 mars 2027, de 9 h 00 à 12 h 00."
    )


async def test_a_principal_reads_what_a_change_would_replace(db):
    story = await reserved(needs_approval=True)
    visit = await row('SELECT "group" FROM reservations')
    other = await slot(host=story.host, starts_at=paris("2027-04-01 14:00"))
    own = {"group": visit["group"], "by": story.teacher, "state": "requested", "hold_until": UNTIL}
    change = await reservation(slot=other, **own, replaces=story.reservation)
    await rows(
        "INSERT INTO approvals (reservation, token_hash, created_at) VALUES ($1, $2, $3)", change, hash_of(LINK), NOW
    )
    mail = await told("approval_asked/principal", change, to="perrin@example.org", name="Mme Perrin", secret=LINK)
    assert str(mail.message["Subject"]) == "Votre visa à nouveau : visite du jeudi 1er avril 2027, 4e B"
    lines = text_of(mail).split("\n")
    assert lines[2] == (
        "Claire Renaud demande à changer une visite que vous avez visée : le groupe 4e B (24 élèves) irait le jeudi 1er"
        " avril 2027, de 14 h 00 à 17 h 00 au lieu du jeudi 25 mars 2027, de 9 h 00 à 12 h 00 (Lycée Jules Haag)."
    )
    assert lines[-5].endswith("sans réponse le jeudi 21 janvier 2027, 9 h 00, la visite reste comme vous l'avez visée.")
    teacher = await told("reservation_requested/teacher", change)
    assert "D'ici là, votre visite du jeudi 25 mars 2027, de 9 h 00 à 12 h 00, est gardée ; sans visa, elle a lieu" in (
        text_of(teacher)
    )


async def test_a_teacher_reads_that_a_change_replaces_what_she_had_asked_for_more_adults(db):
    story = await reserved(needs_approval=True)
    visit = await row('SELECT "group" FROM reservations')
    other = await slot(host=story.host, starts_at=paris("2027-04-01 14:00"))
    own = {"group": visit["group"], "by": story.teacher, "state": "requested", "hold_until": UNTIL}
    change = await reservation(slot=other, **own, adults=4, replaces=story.reservation)
    mail = await told("reservation_requested/teacher", change)
    assert "sans visa, elle a lieu comme prévu. La demande pour 4 accompagnateurs, partie avant, ne sert plus." in (
        text_of(mail)
    )


async def test_a_principal_who_has_signed_reads_in_the_subject_that_she_is_asked_again_for_more_adults(db):
    story = await asked(state="confirmed", adults_asked=4)
    mail = await told(
        "approval_asked/principal", story.reservation, to="perrin@example.org", name="Mme Perrin", secret=LINK
    )
    assert str(mail.message["Subject"]) == "Votre visa à nouveau : visite du jeudi 25 mars 2027, 4e B"


@pytest.mark.parametrize("kind", ["reservation_requested/teacher", "reservation_requested/teacher/again"])
async def test_a_teacher_whose_visa_nobody_was_asked_for_reads_whose_address_to_give(db, kind):
    story = await asked()
    await rows("DELETE FROM approvals")
    mail = await told(kind, story.reservation)
    words = text_of(mail)
    assert "Le visa n'a pu être demandé à personne : votre collège n'a pas d'adresse confirmée" in words
    assert words.endswith("Donner l'adresse de la direction :\nhttp://127.0.0.1:8000/mon-college#visa\n")
    assert ("part par mail" in words, "Un nouveau lien part" in words) == (False, False)


async def test_who_got_nothing_in_a_draw_reads_what_is_nearest_of_what_it_left(db):
    story = await reserved(state="waiting", line=1)
    visit = await row('SELECT demand, "group" FROM reservations')
    drawn = await opening(opens_at=NOW, draws_at=NOW, seed=bytes(32))
    left = await slot(host=story.host, starts_at=paris("2027-03-18 09:00"))
    await slot(host=story.host, starts_at=paris("2027-03-19 09:00"), seats_taken=24, groups_taken=1)
    await rows("UPDATE slots SET seats_taken = 24, groups_taken = 1 WHERE id = $1", story.slot)
    await rows("UPDATE openings SET drawn_at = $1, left_until = $2", NOW, NOW + timedelta(days=3))
    await rows(
        "UPDATE demands SET opening = $2, number = 'a1b2', rank = 7, result = 'waits' WHERE id = $1",
        *(visit["demand"], drawn),
    )
    lines = text_of(await told("reservation_waiting/teacher", story.reservation)).split("\n")
    free = [line for line in lines if line.startswith("Encore libre")]
    assert free == [
        "Encore libre : jeudi 18 mars 2027, de 9 h 00 à 12 h 00, Découpe laser, Lycée Jules Haag, 0 km :"
        f" http://127.0.0.1:8000/creneaux/{left}/reserver?groupe={visit['group']}"
    ]
    assert any("n'est qu'aux groupes qui n'ont rien obtenu" in line for line in lines)
