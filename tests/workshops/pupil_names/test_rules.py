"""A line that is printed and shown names nobody."""

from __future__ import annotations

import pytest

from workshops.pupil_names.rules import person_named, says_who


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Léa Martin, asthme", "Léa Martin"),
        ("LÉA MARTIN, asthme", "LÉA MARTIN"),
        ("lea Martin", "lea Martin"),
        ("un fauteuil roulant pour Théo Dubois", "Théo Dubois"),
        ("4e B sans Lea  Martin", "Lea Martin"),
        ("Jean-Baptiste Perrin", "Jean-Baptiste Perrin"),
        ("Noa-Lou Perrin", "Noa-Lou Perrin"),
        ("Inès El Amrani", "Inès El"),
        ("Inès de Souza", "Inès de Souza"),
        ("Hugo d'Ornano", "Hugo d'Ornano"),
        ("Léa\u00a0M.", "Léa M"),
        ("asthme de MARTIN Léa", "MARTIN Léa"),
        ("Rose Martin", "Rose Martin"),
        ("Le\u0301a Martin", "Léa Martin"),
        ("Le PAI d'Emma Petit", "Emma Petit"),
    ],
)
def test_a_first_name_and_a_capital_name_somebody(text: str, named: str):
    assert person_named(text) == named


@pytest.mark.parametrize(
    "text",
    [
        "",
        "un fauteuil roulant",
        "Un fauteuil roulant, accès de plain-pied.",
        "4e F",
        "4e Marie Curie",
        "4e Jules Ferry B",
        "Victor Hugo",
        "La Fontaine",
        "Jeanne d'Arc",
        "Pierre et Marie Curie",
        "Lycée Jules Haag",
        "LYCÉE JULES HAAG",
        "collège Lucien Quelet de Valdoie",
        "Lycée professionnel Pierre Adrien Machin",
        "Rendez-vous rue Jean Dupont, arrêt Camille Perrin",
        "4e rose B",
        "Groupe Rose B",
        "groupe Jade A",
        "4e A, 4e B et ULIS",
        "ULIS Nord",
        "rampe en pierre Salle 3",
        "Noël approche, prévoir Marché",
        "Saint-Claude Besançon",
        "deux élèves allophones",
    ],
)
def test_a_need_a_class_and_a_place_name_nobody(text: str):
    assert person_named(text) is None


def test_the_refusal_says_what_to_write_instead():
    instead = "Écrivez le besoin seul, par exemple « un fauteuil roulant »."
    assert says_who("Besoins d'accueil", "Léa Martin, asthme", instead=instead) == (
        "Besoins d'accueil : « Léa Martin » ressemble à un nom de personne, et cette ligne est lue et imprimée."
        " Écrivez le besoin seul, par exemple « un fauteuil roulant »."
    )
    assert says_who("Besoins d'accueil", "un fauteuil roulant", instead=instead) is None
