"""Why a question about a collège's visa is over. Pure."""

from __future__ import annotations

from booking.people.accounts.rules import LinkSpent


class AddressAnswered(LinkSpent):
    title = "Déjà répondu"
    sentence = "Cette question a sa réponse, ou une autre adresse a été donnée depuis. Vous pouvez fermer cette page."


class EndAnswered(LinkSpent):
    title = "Déjà répondu"
    sentence = "Cette question a sa réponse, ou l'enseignant y a renoncé depuis. Vous pouvez fermer cette page."
