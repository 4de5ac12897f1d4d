"""Delivery reports as real servers write them (RFC 3464, RFC 6522), minutes after they took the mail."""

from __future__ import annotations

import re

from tests.smtp import Taken

GONE = "550 5.1.1 <{to}>: Recipient address rejected: User unknown in virtual mailbox table"


def by_postfix(mail: Taken, *, action: str = "failed", status: str = "5.1.1", said: str = GONE) -> bytes:
    """To the envelope's sender, with the mail's headers; ENVID where it was given."""
    envid = re.search(r"ENVID=(\S+)", mail.asked)
    return report(
        mail,
        to=mail.sender,
        message="Reporting-MTA: dns; mx.ac-besancon.fr\r\nX-Postfix-Queue-ID: 4BQx\r\nArrival-Date: Mon\r\n"
        + (f"Original-Envelope-Id: {envid[1]}\r\n" if envid else ""),
        recipient=f"Final-Recipient: rfc822; {mail.to[0]}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Remote-MTA: dns; mx.example.org\r\nDiagnostic-Code: smtp; {said.format(to=mail.to[0])}\r\n",
        kept="text/rfc822-headers",
    )


def by_exchange(mail: Taken, *, to: str = "", action: str = "failed", status: str = "5.1.10") -> bytes:
    """To the mailbox alone, with the whole mail and neither ENVID nor the sender's sign."""
    return report(
        mail,
        to=to or "technilab@example.org",
        message="Reporting-MTA: dns;exchange.example.org\r\n",
        recipient=f"Final-recipient: RFC822; {mail.to[0]}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-code: smtp;550 {status} RESOLVER.ADR.RecipientNotFound; not found\r\n",
        kept="message/rfc822",
    )


def report(mail: Taken, *, to: str, message: str, recipient: str, kept: str) -> bytes:
    """The mail that gives `mail` back to `to`."""
    inside = mail.raw if kept == "message/rfc822" else mail.raw.partition(b"\r\n\r\n")[0] + b"\r\n"
    return (
        (
            f"Return-Path: <>\r\nDelivered-To: {to}\r\nFrom: MAILER-DAEMON@mx.ac-besancon.fr\r\nTo: {to}\r\n"
            "Subject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="=_r"\r\n\r\n'
            "--=_r\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nI am sorry.\r\n\r\n"
            f"--=_r\r\nContent-Type: message/delivery-status\r\n\r\n{message}\r\n{recipient}\r\n"
            f"--=_r\r\nContent-Type: {kept}\r\n\r\n"
        ).encode()
        + inside
        + b"\r\n--=_r--\r\n"
    )
