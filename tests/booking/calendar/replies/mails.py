"""Replies as the programs of the invited people write them."""

from __future__ import annotations

from base64 import encodebytes

UID = "r-1@technilab.example"
CLAIRE = "claire@example.org"
SECRET = "the key of this Technilab"


def calendar(
    word: str = "DECLINED",
    *,
    uid: str = UID,
    email: str = CLAIRE,
    sequence: str = "SEQUENCE:0\r\n",
    stamp: str = "20270110T101500Z",
    method: str = "REPLY",
    comment: str = "",
) -> bytes:
    """The calendar object alone, as Google writes it."""
    return (
        "BEGIN:VCALENDAR\r\nPRODID:-//Google Inc//Google Calendar 70.9054//EN\r\nVERSION:2.0\r\nCALSCALE:GREGORIAN\r\n"
        f"METHOD:{method}\r\nBEGIN:VEVENT\r\nDTSTART:20270325T080000Z\r\nDTEND:20270325T110000Z\r\nDTSTAMP:{stamp}\r\n"
        f"ORGANIZER;CN=Technilab:mailto:technilab@example.org\r\nUID:{uid}\r\n"
        f"ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={word};CN=Claire;X-NUM-GUESTS=0:mailto:{email}\r\n"
        f"{comment}{sequence}STATUS:CONFIRMED\r\nSUMMARY:TECHNILAB\r\nTRANSP:OPAQUE\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    ).encode()


def by_google(word: str = "DECLINED", headers: bytes = b"", **more: str) -> bytes:
    """An alternative with the words, and the same calendar again as an attachment."""
    body = calendar(word, **more)
    return (
        b"From: Claire Renaud <claire@example.org>\r\nTo: technilab@example.org\r\n"
        b"Subject: =?UTF-8?Q?Refus=C3=A9=3A_TECHNILAB?=\r\nMIME-Version: 1.0\r\n"
        + headers
        + b'Content-Type: multipart/mixed; boundary="m"\r\n\r\n'
        b'--m\r\nContent-Type: multipart/alternative; boundary="a"\r\n\r\n'
        b'--a\r\nContent-Type: text/plain; charset="UTF-8"\r\n\r\nClaire a refus\xc3\xa9.\r\n'
        b'--a\r\nContent-Type: text/calendar; charset="UTF-8"; method=REPLY\r\nContent-Transfer-Encoding: 7bit\r\n\r\n'
        + body
        + b"\r\n--a--\r\n"
        + b'--m\r\nContent-Type: application/ics; name="invite.ics"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        + encodebytes(body)
        + b"\r\n--m--\r\n"
    )


def by_outlook(word: str = "DECLINED", **more: str) -> bytes:
    """The calendar in base64 with a byte order mark, addresses and lines of its own, properties that are not ours."""
    body = b"\xef\xbb\xbf" + calendar(word, **more).replace(b":mailto:claire", b":MAILTO:Claire").replace(
        b"STATUS:CONFIRMED\r\n", b"X-MICROSOFT-CDO-APPT-SEQUENCE:0\r\nX-MICROSOFT-CDO-BUSYSTATUS:BUSY\r\n"
    )
    return (
        b"From: Claire Renaud <claire@example.org>\r\nTo: technilab@example.org\r\nSubject: Declined\r\n"
        b'MIME-Version: 1.0\r\nContent-Type: text/calendar; charset="utf-8"; method=REPLY\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n" + encodebytes(body)
    )


def by_thunderbird(word: str = "DECLINED", **more: str) -> bytes:
    """Line feeds alone, the calendar as quoted-printable, no DTEND."""
    body = calendar(word, **more).replace(b"\r\n", b"\n").replace(b"=", b"=3D")
    return (
        b"From: claire@example.org\nTo: technilab@example.org\nSubject: Invitation\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/mixed; boundary="t"\n\n--t\nContent-Type: text/plain\n\nClaire\n'
        b"--t\nContent-Type: text/calendar; method=REPLY; charset=UTF-8\n"
        b"Content-Transfer-Encoding: quoted-printable\n\n" + body + b"\n--t--\n"
    )
