"""A company's certificate as a PDF, made of the blocks of papers."""

from __future__ import annotations

from datetime import date

from booking.day.papers.draw import draw
from booking.day.papers.letterhead import NOBODY, Letterhead
from booking.day.papers.rules import Block, Facts, Grid, Heading, Paper, PaperText, Points, Signatures
from booking.programme.company_years.rules import COUNTING_RULE, Attended, CohortMentored, CompanyYear, hours_words
from booking.words.ptech import length_words
from booking.words.wording import COMPANY_ROLES, counted, day, paris, short_day
from workshops.academie.rules import Served


def draw_certificate(certificate: CompanyYear, *, on: date, head: Letterhead = NOBODY) -> bytes:
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
                *_objects(certificate),
                *_cohorts(certificate),
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


def _summary(certificate: CompanyYear) -> str:
    mentored = (
        f" Elle accompagne {counted(len(certificate.cohorts), 'cohorte')} P-TECH, de la seconde professionnelle au BTS."
        if certificate.cohorts
        else ""
    )
    if not certificate.attended:
        return (
            "Cette entreprise n'est venue à aucune séance close de cette année scolaire où des élèves étaient présents."
            + mentored
        )
    return (
        f"Cette entreprise est venue à {counted(len(certificate.attended), 'séance')} d'ateliers technologiques, où des"
        f" collégiens fabriquent un objet dans un lycée. Ses équipes y ont donné {hours_words(certificate.given)} et"
        f" rencontré {certificate.pupils_met}.{mentored}"
    )


def _carried_by(served: Served) -> str:
    """« LOR-TECH, académie de Nancy-Metz, programme France 2030 »"""
    words = ", ".join(filter(None, (served.words, "programme France 2030")))
    return f"{served.project}, {words}" if served.project else words[:1].upper() + words[1:]


def _signed_by(served: Served) -> str:
    """« La déléguée régionale : nom, signature et cachet »"""
    return (
        f"{served.signatory} : nom, signature et cachet"
        if served.signatory
        else "La coordination : nom, signature et cachet"
    )


def _sessions(certificate: CompanyYear) -> tuple[Block, ...]:
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


def _objects(certificate: CompanyYear) -> tuple[Block, ...]:
    """What the groups built while it was there; nothing where so few pupils did."""
    if not certificate.built:
        return ()
    done = tuple(f"{one.name} : {one.finished}" for one in certificate.objects)
    return (Heading(f"{counted(certificate.built, 'objet terminé', 'objets terminés')} ces jours-là"), Points(done))


def _cohorts(certificate: CompanyYear) -> tuple[Block, ...]:
    if not certificate.cohorts:
        return ()
    return (
        Heading("Cohortes P-TECH accompagnées"),
        Facts(tuple((one.named, _cohort(one)) for one in certificate.cohorts)),
    )


def _cohort(one: CohortMentored) -> str:
    """Where it is, what was done with it, what became of it."""
    acted = (
        f"{counted(one.actions, 'action tenue', 'actions tenues')}, {length_words(one.minutes)}" if one.actions else ""
    )
    return " · ".join(filter(None, (f"{one.school_name}, {one.commune}", acted, *one.became)))


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
