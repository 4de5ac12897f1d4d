"""Two ways out: an SMTP server, or files in a folder where none is set (a trial on one's own machine).

A trial knows the addresses of real schools: whatever server it has, it writes to invented people alone.
"""

from __future__ import annotations

from booking.outbox.notices.envelope import mailbox_of
from booking.outbox.notices.mail_files import MAIL_FOLDER, FileMailer, Mailer
from booking.process.settings import Settings, SettingsRefused


def mailer_of(settings: Settings) -> Mailer:
    """The way out that the settings ask for; raises SettingsRefused when they cannot be understood."""
    for name, written in (("MAIL_FROM", settings.mail_from), ("REPLY_TO", settings.reply_to)):
        try:
            if written:
                mailbox_of(written)
        except ValueError as error:
            raise SettingsRefused(f"{name} n'est pas une adresse : « {written} ».") from error
    if settings.shown or not settings.smtp_url:
        return FileMailer(settings.data_dir / MAIL_FOLDER)
    from booking.outbox.notices.smtp import SmtpMailer, TrialMailer  # noqa: PLC0415 - slow to load, and no page sends a mail

    if settings.demo:
        return TrialMailer(settings.smtp_url, FileMailer(settings.data_dir / MAIL_FOLDER))
    return SmtpMailer(settings.smtp_url)
