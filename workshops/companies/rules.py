"""What makes a SIRET right."""

from __future__ import annotations

LA_POSTE = "356000000"
NOT_A_SIRET = "Ce SIRET n'est pas valable : 14 chiffres, dont le dernier est une clé."


def is_siret(text: str) -> bool:
    """Whether this is an establishment's number: 14 digits whose Luhn sum is a multiple of ten.

    The places of La Poste (SIREN 356000000) are also right when their digits add up to a multiple of five (Insee).
    """
    if len(text) != 14 or not (text.isascii() and text.isdigit()):
        return False
    doubled = sum(sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(text))
    if doubled % 10 == 0:
        return True
    return text.startswith(LA_POSTE) and sum(int(digit) for digit in text) % 5 == 0
