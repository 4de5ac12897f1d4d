"""A line that is printed and shown gives no telephone number, and every ordinary line passes."""

from __future__ import annotations

import pytest

from tests.workshops.acts.test_health import PASSES
from workshops.acts.health import says_of_pupil
from workshops.acts.telephones import says_telephone, telephone_given

GIVES = [
    ("06 12 34 56 78", "06 12 34 56 78"),
    ("Appelez-moi au 0612345678.", "0612345678"),
    ("Mme Perrin,0612345678", "0612345678"),
    ("06.12.34.56.78", "06.12.34.56.78"),
    ("06-12-34-56-78", "06-12-34-56-78"),
    ("06/12/34/56/78", "06/12/34/56/78"),
    ("06 - 12 - 34 - 56 - 78", "06 - 12 - 34 - 56 - 78"),
    ("Tél :\u00a003\u00a081\u00a025\u00a012\u00a034", "03\u00a081\u00a025\u00a012\u00a034"),
    ("(03) 81 25 12 34", "(03) 81 25 12 34"),
    ("0612 345 678", "0612 345 678"),
    ("0 800 123 456", "0 800 123 456"),
    ("0262 12 34 56", "0262 12 34 56"),
    ("+33 6 12 34 56 78", "+33 6 12 34 56 78"),
    ("+33 (0)6 12 34 56 78", "+33 (0)6 12 34 56 78"),
    ("0033612345678", "0033612345678"),
    ("Le car suisse : +41 79 123 45 67", "+41 79 123 45 67"),
    ("Le 12 06 12 34 56 78 le soir", "06 12 34 56 78"),
    ("06 12 34 56 78 ou 07 98 76 54 32", "06 12 34 56 78"),
]
# Numbers that schools write: UAI, dates and hours, postcodes, SIRET and SIREN, counts, years, references.
ORDINARY = [
    "UAI 0250001A et 0250011B",
    "Le 05/12/2026 10 h",
    "Le 05/12/26 10 h 30",
    "05.12.26 10.30",
    "Le 05-12-2026 à 10 h 30",
    "Du 01/09/2026 au 15/12/2026",
    "01/09/2026-15/12/2026",
    "Les 04, 11, 18 et 25 janvier",
    "08:30 - 12:00, puis 13:30 - 16:00",
    "08 h 30 10 h 15",
    "25000 Besançon",
    "39100 Dole, BP 01234",
    "35600000000048",
    "SIRET 356 000 000 00048",
    "SIRET 054 806 542 00010",
    "SIRET 05480654200010",
    "SIRET 05 48 06 54 20 00 10",
    "SIREN 054 806 542",
    "Année 2026-2027",
    "1 234 567 890 et 10 000 000",
    "ISBN 978-2-01-234567-8",
    "Série 0512202610A",
    "Convention 2026-0012-34",
    "B1.ABCDEFGH, badge de 6 caractères",
    "+ 2 élèves, + 25 000 000 €",
    "FR76 3000 6000 0112 3456 7890 189",
]


@pytest.mark.parametrize(("text", "number"), GIVES)
def test_a_line_that_gives_a_telephone_number_is_refused(text: str, number: str):
    assert telephone_given(text) == number


@pytest.mark.parametrize("text", [*ORDINARY, *PASSES])
def test_an_ordinary_line_gives_none(text: str):
    assert telephone_given(text) is None


def test_the_refusal_shows_the_number_and_says_where_one_is_given():
    told = (
        "Raison : « 06 12 34 56 78 » ressemble à un numéro de téléphone, et cette ligne est lue et imprimée."
        " Retirez-le. Pour le jour d'une visite, un numéro se donne dans « Mon compte »."
    )
    assert says_telephone("Raison", "Car en panne, 06 12 34 56 78") == told
    assert says_of_pupil("Raison", "Car en panne, 06 12 34 56 78", instead="Écrivez pourquoi.") == told
    assert says_telephone("Raison", "Car en panne le 05/12/2026") is None
