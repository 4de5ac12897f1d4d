"""A company's certificate as a PDF, made of the blocks of papers."""

from __future__ import annotations

from datetime import date

from booking.day.papers.certificate import COUNTING_RULE, Attended, Certificate, hours_words
from booking.day.papers.draw import draw
from booking.day.papers.letterhead import NOBODY, Letterhead
from booking.day.papers.rules import Block, Facts, Grid, Paper, PaperText, Signatures
from booking.words.wording import COMPANY_ROLES, counted, day, paris, short_day
from workshops.academie.rules import Served


def draw_certificate(certificate: Certificate, *, on: date, head: Letterhead = NOBODY) -> bytes:
    """The attestation of a company for one school year, dated `on`, under its `head`."""
    title = f"Attestation {certificate.year}, {certificate.company}"
    paper = Paper(
        kind="attestation",
        title="Attestation de participation",
        use="",
        visit=title,
        sheets=(
            (
                PaperText(_summary(certificate), strong=True),
                Facts(
                    (
                        ("Entreprise", certificate.company),
                        ("SIRET", f"{certificate.siret}, {certificate.commune}".removesuffix(", ")),
                        ("Année scolaire", certificate.year),
                        ("Projet", _carried_by(certificate.served)),
                    )
                ),
                *_sessions(certificate),
                PaperText(COUNTING_RULE, soft=True),
                Signatures(
                    (("Pour le programme", _signed_by(certificate.served)),),
                    stamped=True,
                    dated=f"Établie le {day(on)} pour le programme {certificate.served.programme}.",
                ),
            ),
        ),
    )
    return draw((paper,), title=title, photos={}, head=head)


def _summary(certificate: Certificate) -> str:
    if not certificate.attended:
        return (
            "Cette entreprise n'est venue à aucune séance close de cette année scolaire où des élèves étaient présents."
        )
    return (
        f"Cette entreprise est venue à {counted(len(certificate.attended), 'séance')} d'ateliers technologiques, où des"
        f" collégiens fabriquent un objet dans un lycée. Ses équipes y ont donné {hours_words(certificate.given)}."
    )


def _carried_by(served: Served) -> str:
    """« LOR-TECH, académie de Nancy-Metz, programme France 2030 »"""
    words = ", ".join(filter(None, (served.words, "programme France 2030")))
    return f"{served.project}, {words}" if served.project else words[:1].upper() + words[1:]


def _signed_by(served: Served) -> str:
    """« La déléguée régionale : nom, signature et cachet »"""
    return f"{served.signatory} : nom, signature et cachet" if served.signatory else "Nom, signature et cachet"


def _sessions(certificate: Certificate) -> tuple[Block, ...]:
    if not certificate.attended:
        return ()
    total = (str(certificate.people), hours_words(certificate.lasts), hours_words(certificate.given))
    return (
        Grid(
            ("Date", "Lycée", "Atelier", "Pers.", "Durée", "Heures"),
            tuple(map(_line, certificate.attended)),
            (22, 25, 25, 8, 10, 10),
            total=("Total", counted(len(certificate.attended), "séance"), "", *total),
            numbers=3,
        ),
    )


def _line(one: Attended) -> tuple[str, ...]:
    role = COMPANY_ROLES.get(one.role, "").lower()
    return (
        f"{short_day(one.starts_at)} {paris(one.starts_at).year}",
        f"{one.host}, {one.commune}",
        f"{one.workshop} ({role})" if role else one.workshop,
        str(one.people),
        hours_words(one.lasts),
        hours_words(one.given),
    )
