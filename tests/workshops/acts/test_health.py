"""A line that a lycée reads tells no child's health, and every ordinary line passes."""

from __future__ import annotations

import pytest

from booking.words.needs import NEEDS
from tests.workshops.acts.test_pupil_names import ORDINARY
from workshops.acts.health import BOXES, health_told, says_health, says_of_pupil

TELLS = [
    ("Élève diabétique, insuline à 10 h", "diabétique"),
    ("autiste", "autiste"),
    ("PAI arachide", "PAI"),
    ("pai arachide", "pai"),
    ("un P.A.I. pour un élève", "pai"),
    ("Deux élèves AUTISTES", "AUTISTES"),
    ("troubles autistiques", "autistiques"),
    ("autisme léger", "autisme"),
    ("de\u0301ficience et diabe\u0300te", "diabète"),
    ("DIABETE", "DIABETE"),
    ("diabètes", "diabètes"),
    ("pompe à insuline", "insuline"),
    ("Allergie aux fruits à coque", "Allergie"),
    ("une élève allergique", "allergique"),
    ("des allergies alimentaires", "allergies"),
    ("Prune, amande : un élève allergique", "allergique"),
    ("pas d'arachides", "arachides"),
    ("Un élève épileptique", "épileptique"),
    ("épilepsie", "épilepsie"),
    ("EPILEPSIE", "EPILEPSIE"),
    ("asthme", "asthme"),
    ("asth-me", "asthme"),
    ("deux asthmatiques", "asthmatiques"),
    ("élève en situation de handicap", "handicap"),
    ("un élève handicapé", "handicapé"),
    ("poly-handicap", "handicap"),
    ("mal-entendant", "malentendant"),
    ("malentendants", "malentendants"),
    ("élève sourde", "sourde"),
    ("Un élève TSA", "TSA"),
    ("élève TDAH", "TDAH"),
    ("tdah", "tdah"),
    ("dyslexique", "dyslexique"),
    ("deux élèves dys", "dys"),
    ("maladie cœliaque", "coeliaque"),
    ("maladies chroniques", "maladies chroniques"),
    ("trouble de l'attention", "trouble de l'attention"),
    ("troubles de l’attention", "troubles de l’attention"),
    ("un auto-injecteur dans le sac", "auto-injecteur"),
    ("stylo d'adrénaline", "adrénaline"),
    ("crise d_épilepsie", "épilepsie"),
    ("prend ses médicaments à midi", "médicaments"),
    ("un malaise à 10 h", "malaise"),
    ("hypoglycémie", "hypoglycémie"),
    ("un élève trisomique", "trisomique"),
]
# Beside what names nobody: what workshops and lycées say.
PASSES = [
    *(one for one in ORDINARY if "allergique" not in one),
    "Un bruit sourd de la fraiseuse",
    "Perçage d'un trou aveugle",
    "Monté en aveugle, au toucher",
    "Traitement thermique de l'acier",
    "Injection plastique arrêtée",
    "Moteur bipolaire et transistor",
    "Pompe à dépression en panne",
    "Une enceinte acoustique par binôme",
    "Fiche de paie, comptabilité",
    "Code invalide au portail",
    "Accès PMR par la cour",
    "Un fauteuil roulant large",
    "Deux élèves malades ce matin",
    "Le car est parti à 12 h",
    "Sans gluten à la cantine",
    "Sonde de température étalonnée",
    "Dynamique et dysfonctionnement du robot",
    "Diaporama .pps projeté",
    "Papiers rendus, papa au portail",
    "L'atelier dialyse l'eau en 3 min",
    "Pairs et impairs séparés",
]


@pytest.mark.parametrize(("text", "told"), TELLS)
def test_a_line_that_tells_a_child_s_health_is_refused(text: str, told: str):
    found = health_told(text)
    assert found is not None
    assert found.words == told


@pytest.mark.parametrize("text", PASSES)
def test_an_ordinary_line_tells_no_health(text: str):
    assert health_told(text) is None


def test_the_refusal_names_the_box_to_tick_or_the_telephone():
    assert says_health("Besoins d'accueil", "4e B, un élève allergique") == (
        "Besoins d'accueil : « allergique » parle de la santé d'un élève, qui ne s'écrit pas ici. Cochez la case"
        " « Repas à convenir avec le lycée » dans les besoins d'accueil de la visite, ou dites-le par téléphone."
    )
    assert says_health("Raison", "insuline") == (
        "Raison : « insuline » parle de la santé d'un élève, qui ne s'écrit pas ici. Cochez une case dans les"
        " besoins d'accueil de la visite, ou dites-le par téléphone."
    )
    assert says_health("Raison", "Machine en panne") is None


def test_a_name_is_refused_first_then_health():
    told = says_of_pupil("Raison", "Léa Martin, asthme", instead="Écrivez pourquoi.")
    assert told is not None
    assert "Léa Martin" in told
    assert says_of_pupil("Raison", "Sortie annulée", instead="Écrivez pourquoi.") is None


def test_the_boxes_are_called_as_a_teacher_sees_them():
    assert set(BOXES.values()) <= set(NEEDS.values())
