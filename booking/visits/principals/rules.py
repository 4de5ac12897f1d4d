"""Why a question about a principal's address is over. Pure."""

from __future__ import annotations

from booking.people.accounts.rules import LinkSpent


class AddressAnswered(LinkSpent):
    title = "Déjà répondu"
    sentence = "Cette question a sa réponse, ou une autre adresse a été donnée depuis. Vous pouvez fermer cette page."
