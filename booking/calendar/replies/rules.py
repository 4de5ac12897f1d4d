"""Which answers count. An answer can be forged: whatever it says, it frees no seat and changes no plan."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from booking.outbox.returns.rules import ReturnReport
from booking.visits.attendance.rules import AttendanceState
from booking.visits.reservation_states import SURE
from workshops.acts.health import health_told
from workshops.acts.pupil_names import person_named
from workshops.acts.telephones import telephone_given
from workshops.programmes.ptech.rules import ActionState
from workshops.refusals import Refusal

Word = Literal["ACCEPTED", "TENTATIVE", "DECLINED"]
WORDS: dict[str, Word] = {"ACCEPTED": "ACCEPTED", "TENTATIVE": "TENTATIVE", "DECLINED": "DECLINED"}

LARGEST = 256_000
UID_MOST, ADDRESS_MOST, SEQUENCE_MOST, COMMENT_MOST = 255, 254, 2**31 - 1, 300
WITHHELD = "[commentaire non repris : il semble nommer quelqu'un]"
OF_HEALTH = "[commentaire non repris : il semble parler de santé]"
WITH_NUMBER = "[commentaire non repris : il semble donner un numéro de téléphone]"
# A mail that may be an answer and cannot be kept as one: a person looks at it.
Aside = Literal["aside"]
ASIDE: Aside = "aside"
AWAITED = frozenset({*SURE, AttendanceState.ANNOUNCED, ActionState.PLANNED})


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


class AgendaAnswer(Struct, frozen=True):
    """What an agenda program sent back (RFC 5546, 3.2.3): one person's word on one version of one entry, and what she
    wrote beside it."""

    uid: str
    email: str
    word: Word
    sequence: int
    answered_at: datetime | None
    comment: str = ""


class CounterProposal(Struct, frozen=True):
    """Another date that an agenda program proposes for an entry (RFC 5546, 3.2.7): dates are changed on our pages.

    `automatic`: a program sent it by itself (RFC 3834), and is not answered.
    """

    uid: str
    email: str
    sequence: int
    automatic: bool


# What a mail brings; a report tells of a mail of ours that came back.
Answer: TypeAlias = AgendaAnswer | CounterProposal | ReturnReport | Aside | None


def comment_shown(written: str) -> str:
    """What the schools read of a comment: one line of 300 signs at most, and none that names somebody,
    gives a telephone number or tells of health.

    Nobody can be asked to write it otherwise: what is left out is said.
    """
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in written).split())
    if person_named(line) is not None:
        return WITHHELD
    if health_told(line) is not None:
        return OF_HEALTH
    if telephone_given(line) is not None:
        return WITH_NUMBER
    return line if len(line) <= COMMENT_MOST else line[: COMMENT_MOST - 1] + "…"


def can_be_kept(answer: AgendaAnswer | CounterProposal) -> bool:
    """Whether an answer holds what a row can hold: no program writes it otherwise, a stranger may."""
    return (
        0 <= answer.sequence <= SEQUENCE_MOST
        and 0 < len(answer.uid) <= UID_MOST
        and len(answer.email) <= ADDRESS_MOST
        and (answer.uid + answer.email).isprintable()
    )


def believed(answer: AgendaAnswer, invited: InvitedPerson, *, now: datetime) -> AgendaAnswer:
    """The answer as it may be kept: to no version that was never sent, and given at no time to come.

    A forged one would else be the last word for ever.
    """
    return replace(
        answer,
        sequence=min(answer.sequence, invited.sequence),
        answered_at=now if answer.answered_at is None else min(answer.answered_at, now),
    )


class InvitedPerson(Struct, frozen=True):
    """The person at that address, invited under that UID: what she was last told, and what she last answered."""

    state: str
    sequence: int
    answered_sequence: int | None
    answered_at: datetime | None


def is_answered(proposal: CounterProposal, invited: InvitedPerson) -> bool:
    """Whether a proposed date has its answer: it speaks of the entry as it stands, and a person sent it."""
    return not proposal.automatic and _speaks_of(invited, proposal.sequence)


def _speaks_of(invited: InvitedPerson, sequence: int) -> bool:
    return invited.state in AWAITED and sequence >= invited.sequence


def counts(answer: AgendaAnswer, invited: InvitedPerson, *, now: datetime) -> bool:
    """Whether an answer is kept: it comes from someone invited, on the entry as it stands, after her last answer."""
    if not _speaks_of(invited, answer.sequence):
        return False
    if invited.answered_sequence is None or invited.answered_at is None:
        return True
    last = (min(invited.answered_sequence, invited.sequence), min(invited.answered_at, now))
    given = believed(answer, invited, now=now)
    return (given.sequence, given.answered_at or now) >= last
