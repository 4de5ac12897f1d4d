"""A line that is printed and shown names nobody."""

from __future__ import annotations

import pytest

from workshops.acts.pupil_names import person_named, says_who


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


# What teachers and hosts write of a visit, a group, a build: each must pass.
ORDINARY = """
Un fauteuil roulant et une place assise
Deux élèves allophones arrivés en septembre
Un casque de chantier par élève, taille S
Une AESH accompagne le groupe
Pierre fendue sous la presse
Rose fluo pour les badges du groupe
Groupe rose
Groupe Rose
Équipe Violette
Violette ou bleue, la couleur est au choix
Olive et noisette au goûter
Prune, amande : un élève allergique
Jade, ambre : les couleurs des groupes
Marine nationale invitée ce jour-là
Claire et courte, la consigne a suffi
Manuel de technologie à apporter
Le Manuel est resté au collège
Charlotte obligatoire près du tour
Charly en panne, fraiseuse remplacée
La Charly Robot était arrêtée
Madeleine ou pain au chocolat offerts
Clémentine et eau à la pause
Max 24 élèves
Sam. 12 mars, portes ouvertes
Line et tabulations revues
Lino gravé puis encré
Victoire de l'équipe bleue
Clément, le temps a permis d'essayer dehors
Robin, le robot suiveur, marche
Ange en bois découpé au laser
Capucine en papier mâché
Fleur de métal soudée
Iris de l'appareil photo cassé
Martial arts : rien à signaler
Aurore tardive, car parti à 8 h
Départ de l'Aude à 6 h
4e Marie Curie
4e Pasteur
3e Victor-Hugo
5e Simone Veil B
Classe Jean Moulin
Groupe A de Jules Ferry
Lycée Jules-Haag, porte B
Salle Louis Armand
Arrêt Vincent Auriol, puis 300 m à pied
Rue Camille, entrée des cars
Parking du collège Diderot
Église Saint-Pierre en travaux
Université Marie et Louis Pasteur
Foire de la Sainte-Catherine
Marché de la Saint Nicolas
Car retardé à École-Valentin
Espace Valentin fermé, tram détourné
Sortie Besançon-Marnay bloquée
Grève des cars Monts Jura
Arduino débranché, carte changée
Thymio et Scratch essayés
Python installé sur trois postes
Imprimante Ultimaker bloquée deux fois
Perceuse Bosch en panne
Trois roues cassées, deux remplacées
Panne de courant de 10 h à 10 h 20
Deux absents le matin, un parti à 11 h
Le brevet blanc tombe ce jour-là
Conseil de classe avancé au jeudi
Neige sur le Haut-Doubs
Grippe : neuf absents
LES BLOUSES SONT FOURNIES
Mercredi 16 décembre plutôt que mardi
Vacances de Noël
Julienne de légumes sans lactose à la cantine
""".strip().splitlines()

# The line, and the first name that it must be refused for.
NAMED = [
    ("Kevin a cassé deux roues", "Kevin"),
    ("Kévin a cassé deux roues", "Kévin"),
    ("Lina est absente", "Lina"),
    ("LINA, ABSENTE", "LINA"),
    ("Absents : Lina, Noé", "Lina"),
    ("Un fauteuil roulant pour Théo", "Théo"),
    ("Le PAI d'Emma", "Emma"),
    ("Le PAI d’Inès", "Inès"),
    ("Il faut qu'Hugo s'assoie devant", "Hugo"),
    ("Sans Manon ni Lucas", "Manon"),
    ("Deux roues cassées (Enzo)", "Enzo"),
    ("Asthme de Yanis.", "Yanis"),
    ("Nathan : béquilles", "Nathan"),
    ("Jean-Baptiste est resté au collège", "Jean-Baptiste"),
    ("Marie a fini la première", "Marie"),
    ("l'AESH de Mohamed", "Mohamed"),
    ("Mme Martin est malade", "Martin"),
    ("M. Vincent est souffrant", "Vincent"),
    ("Prévenir Camille à l'arrivée", "Camille"),
    ("Groupe de Chloé", "Chloé"),
    ("4e B avec Léa", "Léa"),
    ("Le groupe de 4e, dont Sofiane, part plus tôt", "Sofiane"),
    ("Au lycée, Lina se fatigue vite", "Lina"),
    ("d'Ambre", "Ambre"),
    ("Allergie de Rose", "Rose"),
    ("Une place pour Hugo", "Hugo"),
    ("Une chaise pour Violette", "Violette"),
    ("Nous viendrons sans Jade", "Jade"),
    ("Le fauteuil d'Ambre", "Ambre"),
    ("Assis près de Clément", "Clément"),
    ("Avec Claire pour l'aider", "Claire"),
    ("Aya et Inaya parlent peu français", "Aya"),
    ("Robot cassé par Tom", "Tom"),
    ("Merci. Julie", "Julie"),
    ("Kilian/Mathis : même fauteuil", "Kilian"),
]


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_line_names_nobody(text: str):
    assert person_named(text) is None


@pytest.mark.parametrize(("text", "named"), NAMED)
def test_a_lone_first_name_names_somebody(text: str, named: str):
    assert person_named(text) == named


def test_the_refusal_says_what_to_write_instead():
    instead = "Écrivez le besoin seul, par exemple « un fauteuil roulant »."
    assert says_who("Besoins d'accueil", "Léa Martin, asthme", instead=instead) == (
        "Besoins d'accueil : « Léa Martin » ressemble à un nom de personne, et cette ligne est lue et imprimée."
        " Écrivez le besoin seul, par exemple « un fauteuil roulant »."
    )
    assert says_who("Besoins d'accueil", "un fauteuil roulant", instead=instead) is None
