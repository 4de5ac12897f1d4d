"""Putting a letter into its envelope: the MIME that mail programs recognise as an invitation (RFC 6047).

By its sign a returned mail is known as ours: the notice's number and a keyed hash of it. It leaves in the envelope,
where the server that gives a mail back must repeat it (RFC 3461, 4.4: ENVID; else the sender's own address, « VERP »),
and in the Message-ID, which many servers quote.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from datetime import datetime
from email.header import Header
from email.headerregistry import Address, UniqueAddressHeader
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from functools import cache

from booking.outbox.notices.rules import Claimed, Letter

_SIGN = re.compile(r"(\d{1,18})-([a-z2-7]{16})")
_IN_MESSAGE_ID = re.compile(rf"<{_SIGN.pattern}\.[0-9a-f]+@")
_IN_ADDRESS = re.compile(rf"\+{_SIGN.pattern}@", re.IGNORECASE)


def sign_of(notice: int, secret_key: str) -> str:
    """« 4711-abcdefgh234567ab »: 80 bits that only this Technilab writes."""
    keyed = hmac.digest(secret_key.encode(), f"returned mail:{notice}".encode(), "sha256")[:10]
    return f"{notice}-{base64.b32encode(keyed).decode().lower()}"


def sign_in(message_id: str) -> str:
    """The sign that a mail of ours bears in its Message-ID; empty without one."""
    found = _IN_MESSAGE_ID.search(message_id)
    return f"{found[1]}-{found[2]}" if found else ""


def sign_in_address(address: str) -> str:
    """The sign in the address to which a mail came back; empty without one."""
    found = _IN_ADDRESS.search(address)
    return f"{found[1]}-{found[2].lower()}" if found else ""


def signed_address(mail_from: str, sign: str) -> str:
    """« technilab+4711-abcdefgh234567ab@example.org »: the sender's mailbox, with what a server repeats."""
    local, _, domain = mail_from.rpartition("@")
    return f"{local}+{sign}@{domain}"


def is_sign(written: str) -> bool:
    """Whether this is a sign's shape."""
    return _SIGN.fullmatch(written) is not None


SENDER = "Technilab"
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\s]+")


def envelope(letter: Letter, notice: Claimed, *, mail_from: str, now: datetime, reply_to: str = "") -> EmailMessage:
    """The mail to one person. The notice's `once` gives its Message-ID, so that a repeat is recognisable.

    What is typed in answer goes where the letter says, else to `reply_to`; what an agenda answers goes to the event's
    organizer, `mail_from`. X-Request-ID names the request that it comes of, as the logs do.

    Raises ValueError for an address that cannot be written in a header.
    """
    sender = sender_of(mail_from)
    message = EmailMessage(policy=_POLICY)
    message["From"] = sender
    if letter.reply_to or reply_to:
        message["Reply-To"] = mailbox_of(letter.reply_to or reply_to)
    message["To"] = Address(display_name=one_line(notice.to_name), addr_spec=notice.to_email)
    message["Subject"] = one_line(letter.subject)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id(notice.once, sender.domain, sign=letter.sign)
    message["Auto-Submitted"] = "auto-generated"
    if notice.request:
        message["X-Request-ID"] = notice.request
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    if letter.calendar:
        # The calendar comes last in the alternative: mail programs show the last part that they understand.
        message.add_alternative(
            letter.calendar.decode(),
            subtype="calendar",
            charset="UTF-8",
            cte="base64",
            params={"method": letter.method, "component": "VEVENT"},
        )
        message.add_attachment(letter.calendar, maintype="application", subtype="ics", filename="invitation.ics")
    for number, entry in enumerate(letter.beside, start=2 if letter.calendar else 1):
        # One message speaks of one UID (RFC 5546, 3.2.2): the other entries are files to open.
        message.add_attachment(entry, maintype="application", subtype="ics", filename=f"invitation-{number}.ics")
    for paper in letter.papers:
        message.add_attachment(paper.pdf, maintype="application", subtype="pdf", filename=paper.name)
    return message


@cache
def sender_of(mail_from: str) -> Address:
    """The application's mailbox, from « adresse » or « Nom <adresse> »; it is also every event's organizer.

    Raises ValueError when it is no address.
    """
    mailbox = mailbox_of(mail_from)
    return mailbox if mailbox.display_name else Address(display_name=SENDER, addr_spec=mailbox.addr_spec)


@cache
def mailbox_of(written: str) -> Address:
    """« adresse » or « Nom <adresse> ». Raises ValueError when it is no address."""
    name, spec = parseaddr(one_line(written))
    if "@" not in spec:
        raise ValueError(f"not a mail address: {written!r}")
    return Address(display_name=one_line(name), addr_spec=spec)


def message_id(once: str, domain: str, *, sign: str = "") -> str:
    """The identity of a mail, from the key of the fact that it tells; the key itself is not shown. `sign`, where it has
    one, is that by which it is known when it comes back."""
    return f"<{sign and f'{sign}.'}{hashlib.sha256(once.encode()).hexdigest()[:40]}@{domain}>"


def one_line(words: str) -> str:
    """Words fit for a header: no line break that could begin another header, no control character."""
    return _UNPRINTABLE.sub(" ", words).strip()


class _Accents(EmailPolicy):
    """SMTP's policy, but Python 3.11 loses or doubles a space where it folds an accented header: folded here."""

    def fold(self, name: str, value: str) -> str:
        if name == "Subject":
            return f"{name}: {self._encoded(str(value), name)}{self.linesep}"
        if isinstance(value, UniqueAddressHeader) and not value.addresses[0].display_name.isascii():
            words = self._encoded(value.addresses[0].display_name, name)
            return f"{name}: {words}{self.linesep} <{value.addresses[0].addr_spec}>{self.linesep}"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii")

    def _encoded(self, words: str, name: str) -> str:
        charset = "ascii" if words.isascii() else "utf-8"
        return Header(words, charset, header_name=name).encode(linesep=self.linesep)


_POLICY = _Accents(linesep="\r\n", cte_type="7bit")
