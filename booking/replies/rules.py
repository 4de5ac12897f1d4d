"""Which answers count. An answer can be forged: whatever it says, it frees no seat and changes no plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from workshops.refusals import Refusal

Word = Literal["ACCEPTED", "TENTATIVE", "DECLINED"]
WORDS: dict[str, Word] = {"ACCEPTED": "ACCEPTED", "TENTATIVE": "TENTATIVE", "DECLINED": "DECLINED"}

LARGEST = 256_000
AWAITED = frozenset({"confirmed", "locked", "announced", "planned"})


class MailboxUnreachable(Refusal):
    """The mailbox of the replies does not answer, or does not let us in."""

    kind = "mailbox-unreachable"
    title = "Boîte fermée"

    def __init__(self, said: str) -> None:
        super().__init__(f"La boîte des réponses ne s'ouvre pas : {said or 'le serveur ne répond pas'}.")


class NowhereToRead(Refusal):
    kind = "nowhere-to-read"
    title = "Pas de boîte"
    sentence = "Dites où lire les réponses : --folder DOSSIER, ou IMAP_URL (ou REPLIES_DIR) dans l'environnement."


@dataclass(frozen=True)
class Answer:
    """What an agenda program sent back (RFC 5546, 3.2.3): one person's word on one version of one entry."""

    uid: str
    email: str
    word: Word
    sequence: int
    answered_at: datetime | None


@dataclass(frozen=True)
class Invited:
    """The person at that address, invited under that UID: what she was last told, and what she last answered."""

    state: str
    sequence: int
    answered_sequence: int | None
    answered_at: datetime | None


def counts(answer: Answer, invited: Invited | None, *, now: datetime) -> bool:
    """Whether an answer is kept: it comes from someone invited, on the entry as it stands, after her last answer."""
    if invited is None or invited.state not in AWAITED or answer.sequence < invited.sequence:
        return False
    if invited.answered_sequence is None or invited.answered_at is None:
        return True
    given_at = answer.answered_at or now
    return (answer.sequence, given_at) >= (invited.answered_sequence, invited.answered_at)
