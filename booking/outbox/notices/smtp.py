"""Handing mails to an SMTP server, and understanding what it answers."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from email.message import EmailMessage
from typing import Self
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import aiosmtplib

from booking.outbox.notices.envelope import sign_in, signed_address
from booking.outbox.notices.mail_files import Mailer
from booking.outbox.notices.rules import MailDelayed, MailRefused, ServerLost, ServerUnreachable
from booking.process.settings import SettingsRefused

ANSWER_SECONDS = 20.0
HAND_OVER_SECONDS = 20.0
ONE_MAIL_SECONDS = ANSWER_SECONDS + HAND_OVER_SECONDS
# Domains that nobody can own.
_INVENTED = re.compile(r"(^|\.)(example(\.(org|com|net))?|test|invalid|localhost)$", re.IGNORECASE)
STARTTLS = ("auto", "required", "never")


class _SenderRefused(Exception):
    """The server takes no mail from the address that the envelope gives."""


class SmtpMailer:
    """One connection per batch, opened by the first mail.

    `smtp://` takes STARTTLS when the server offers it, and insists when there is a password to protect or with
    `?starttls=required`; `?starttls=never` does without (a relay on the same machine); `smtps://` speaks TLS from
    the first byte.
    """

    def __init__(self, url: str) -> None:
        self._url = _read(url)
        self._smtp: aiosmtplib.SMTP | None = None
        self._signed = True

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *ended: object) -> None:
        if ended[0] is None and self._smtp is not None and self._smtp.is_connected:
            with suppress(aiosmtplib.SMTPException, OSError):
                await self._smtp.quit(timeout=2)
        self._hang_up()

    async def greet(self) -> None:
        """Connect and sign in, without a mail; raises ServerUnreachable."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._connected()
        except (aiosmtplib.SMTPException, OSError) as error:  # TimeoutError is an OSError
            self._hang_up()
            raise ServerUnreachable(_words(error)) from error

    async def send(self, message: EmailMessage) -> None:
        await self.greet()
        try:
            async with asyncio.timeout(HAND_OVER_SECONDS):
                try:
                    await _hand_over(await self._connected(), message, signed=self._signed)
                except _SenderRefused:
                    # A relay that lets an account write in its own name alone: the Message-ID says enough.
                    self._signed = False
                    await _hand_over(await self._connected(), message, signed=False)
        except (ServerLost, aiosmtplib.SMTPException, OSError) as error:
            self._hang_up()
            raise ServerLost(_words(error)) from error

    async def _connected(self) -> aiosmtplib.SMTP:
        # A 5xx while connecting is about us (wrong password, unknown relay), never about this one mail.
        if self._smtp is None or not self._smtp.is_connected:
            self._smtp = _client(self._url)
            await self._smtp.connect()
        return self._smtp

    def _hang_up(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()


class TrialMailer(SmtpMailer):
    """The way out of a trial: mails to invented addresses (RFC 2606) by SMTP, all the others into files."""

    def __init__(self, url: str, files: Mailer) -> None:
        super().__init__(url)
        self._files = files

    async def send(self, message: EmailMessage) -> None:
        if _INVENTED.search(message["To"].addresses[0].domain):
            await super().send(message)
        else:
            await self._files.send(message)


async def _hand_over(smtp: aiosmtplib.SMTP, message: EmailMessage, *, signed: bool) -> None:
    """`signed`: the envelope says which mail it is, to whoever has to give it back."""
    sender, to = (message[name].addresses[0].addr_spec for name in ("From", "To"))
    sign = sign_in(str(message["Message-ID"])) if signed else ""
    asks, wants = [], []
    if sign and smtp.supports_extension("dsn"):
        asks, wants = ["RET=HDRS", f"ENVID={sign}"], ["NOTIFY=FAILURE"]
    elif sign:
        sender = signed_address(sender, sign)
    try:
        await smtp.sendmail(sender, [to], message.as_bytes(), mail_options=asks, rcpt_options=wants)
    except aiosmtplib.SMTPSenderRefused as refused:
        if sign and refused.code >= 500:
            raise _SenderRefused from refused
        raise _answer(refused) from refused
    except aiosmtplib.SMTPRecipientsRefused as refused:
        raise _answer(refused.recipients[0]) from refused
    except aiosmtplib.SMTPDataError as refused:
        raise _answer(refused) from refused
    except ValueError as error:
        raise MailRefused(f"adresse impossible à écrire : {to}") from error


def _answer(refused: aiosmtplib.SMTPResponseException) -> MailRefused | MailDelayed:
    said = f"{refused.code} {refused.message}"
    if refused.code >= 500:
        return MailRefused(said)
    # 421: the server closes the line, whatever the mail.
    return ServerLost(said) if refused.code == 421 else MailDelayed(said)


def _words(error: Exception) -> str:
    return str(error) or "le serveur de messagerie ne répond pas"


def _read(url: str) -> SplitResult:
    read = urlsplit(url)
    if read.scheme not in {"smtp", "smtps"} or not read.hostname or _starttls(read) not in STARTTLS:
        raise SettingsRefused(
            "SMTP_URL ne se lit pas. Exemple : smtp://compte:motdepasse@smtp.example.org:587?starttls=required"
        )
    return read


def _starttls(url: SplitResult) -> str:
    return parse_qs(url.query).get("starttls", ["auto"])[-1]


def _client(url: SplitResult) -> aiosmtplib.SMTP:
    tls = url.scheme == "smtps"
    starttls = {"auto": True if url.username else None, "required": True, "never": False}[_starttls(url)]
    return aiosmtplib.SMTP(
        hostname=url.hostname,
        port=url.port or (465 if tls else 587 if starttls else 25),
        username=unquote(url.username) if url.username else None,
        password=unquote(url.password) if url.password else None,
        use_tls=tls,
        start_tls=False if tls else starttls,
        timeout=ANSWER_SECONDS,
    )
