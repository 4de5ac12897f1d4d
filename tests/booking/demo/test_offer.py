"""What the examples say of the way to a lycée."""

from booking.demo.offer import ARRIVAL
from booking.words.wording import arrival_lines


def test_a_stop_is_named_once():
    assert arrival_lines(ARRIVAL) == (
        ("Arrêt", "« Lycée » (exemple), à 4 minutes à pied"),
        ("Dépose du car", "devant l'entrée principale (exemple)"),
    )
