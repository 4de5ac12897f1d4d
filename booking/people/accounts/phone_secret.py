"""The secret that an account shares with its phone, as it is kept while the site's key changes. Pure."""

from __future__ import annotations

from booking.people.accounts.rules import secret_of
from booking.process.secret_key import keys_of, sealed, unsealed
from workshops.refusals import Refusal

PHONE = "second proof"
"""For what a phone's secret is sealed."""


class PhoneUnreadable(Refusal):
    """The phone was registered under a SECRET_KEY that the site has no more."""

    kind = "phone-unreadable"
    status = 422
    title = "Téléphone à enregistrer de nouveau"
    sentence = (
        "La clé du site a changé, et ce téléphone n'est plus reconnu. Donnez un de vos codes sur papier, ou servez-vous"
        " d'une clé d'accès. Sans l'un ni l'autre, demandez à la coordination d'oublier ce téléphone."
    )


def sealed_secret(secret: str, secret_key: str) -> bytes:
    """A phone's secret as it is kept: a key that follows opens it as long as the key that sealed it is known."""
    return sealed(secret.encode(), purpose=PHONE, secret_key=secret_key)


def secrets_of(salt: bytes, kept: bytes | None, secret_key: str) -> list[str]:
    """What the phone's secret may be: one that was sealed is known, one from before was derived from one of the site's
    keys. Raises PhoneUnreadable."""
    if kept is None:
        return [secret_of(salt, key) for key in keys_of(secret_key)]
    opened = unsealed(kept, purpose=PHONE, secret_key=secret_key)
    if opened is None:
        raise PhoneUnreadable()
    return [opened[0].decode()]
