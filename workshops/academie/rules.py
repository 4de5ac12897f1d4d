"""The académie as pages and papers name it, and what may be set of it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network

from workshops.refusals import Invalid
from workshops.schools.rules import academie_named
from workshops.typed_text.plain_words import one_line
from workshops.typed_text.pupil_names import says_who

ZONES = ("A", "B", "C")
# `project`, `operator`, `contact`, `signatory`, `college_mailbox`: the most characters of each.
LENGTHS = {"project": 80, "operator": 200, "contact": 254, "signatory": 120, "college_mailbox": 120}
TRUSTED_MOST = 20
NETWORKS_MOST = 50
NETWORK_MOST = 140
# The widest that are one's own: beyond, a network is half the internet.
WIDEST = {4: 8, 6: 32}
UAI = "{uai}"
FUNCTION_INSTEAD = "Écrivez la fonction seule, par exemple « La déléguée régionale »."
_DOMAIN = re.compile(r"(?=.{4,120}$)([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}", re.ASCII)
# What the domains of pupils' mailboxes are called: eleves.ac-paris.fr, etu.lycee.fr, monlycee-eleve.net.
_OF_PUPILS = re.compile(r"(^|[.-])(eleves?|etu|etudiants?|pupils?|students?|apprenants?)([.-]|$)", re.ASCII)
# RFC 5321, 4.1.2 without quotes; without what source routes are written with (RFC 5321, appendix C: % and !).
_PLAIN_NAME = re.compile(r"(?=.{1,64}$)[a-z0-9_+'-]+(?:\.[a-z0-9_+'-]+)*", re.ASCII)
_MAIL = re.compile(r"[^@\s<>\"',;:]{1,64}@[A-Za-z0-9][A-Za-z0-9.-]{1,250}", re.ASCII)


@dataclass(frozen=True)
class AcademieSettings:
    """What a coordinator sets. Without `departments`, all those of the académie's schools are offered.

    `zone` is empty where the académie has a calendar of its own. `neighbours`: other académies whose schools are kept.
    `project` is the programme's name here, `operator` who answers for the data, `contact` the mailbox to write to,
    `signatory` the function of whoever signs the companies' certificates: no name.
    `college_mailbox` is the form of the collèges' official mailboxes, « ce.{uai}@ac-besancon.fr », for those of which
    the annuaire tells none. A teacher signs up by herself with a mail of one of the `trusted_domains`, never a pupils'
    one. `networks` are those by which whole schools leave, « 192.0.2.0/24 Lycée Jules Haag »: who comes from there may
    try far more often.
    """

    name: str = ""
    zone: str = ""
    departments: tuple[str, ...] = ()
    neighbours: tuple[str, ...] = ()
    project: str = ""
    operator: str = ""
    contact: str = ""
    signatory: str = ""
    trusted_domains: tuple[str, ...] = ()
    college_mailbox: str = ""
    networks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Served(AcademieSettings):
    """What is set, with the names of the départements that are offered, by their codes."""

    offered: Mapping[str, str] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """« académie de Nancy-Metz », « académie d'Amiens »; empty while none is known."""
        return f"académie {of(self.name)}" if self.name else ""

    @property
    def kept(self) -> frozenset[str]:
        """The académies whose schools an import takes; none named: whichever the file holds."""
        return frozenset({self.name, *self.neighbours}) if self.name else frozenset()

    @property
    def programme(self) -> str:
        """« TECHNILAB, µTECH-BOOSTER »: in whose name a certificate is given."""
        return ", ".join(filter(None, ("TECHNILAB", self.project)))


def is_trusted(mail: str, domains: Iterable[str]) -> bool:
    """Whether this address is of one of these very domains: one below it, a pupils' one perhaps, is another.

    A name that a mail server could hand on to another one is of none: `x%evil.example@trusted`, `evil!x@trusted`,
    quotes, a second at-sign; neither is a domain whose letters only look alike.
    """
    name, _, domain = mail.lower().rpartition("@")
    return (
        mail.isascii()
        and bool(_PLAIN_NAME.fullmatch(name))
        and domain in set(domains)
        and not _OF_PUPILS.search(domain)
    )


def of(name: str) -> str:
    """« de Nancy-Metz », « d'Amiens »"""
    return f"d'{name}" if name.startswith(tuple("AEIOUÉ")) else f"de {name}"


def settled(wanted: AcademieSettings, *, known: Iterable[str]) -> AcademieSettings:
    """The same, tidied; `known` are the départements that have schools here. Raises Invalid."""
    name = academie_named(wanted.name)
    neighbours = [academie_named(one) for one in wanted.neighbours]
    tidy = {part: one_line(getattr(wanted, part)) for part in LENGTHS}
    errors = {part: f"Écrivez {most} caractères au plus." for part, most in LENGTHS.items() if len(tidy[part]) > most}
    if name is None:
        errors["name"] = "Choisissez une académie de la liste."
    if wanted.zone not in {"", *ZONES}:
        errors["zone"] = "Choisissez la zone A, B ou C, ou aucune."
    if not set(wanted.departments) <= set(known):
        errors["departments"] = "Choisissez des départements dont Technilab connaît des établissements."
    if None in neighbours:
        errors["neighbours"] = "Choisissez des académies de la liste."
    if tidy["contact"] and not _MAIL.fullmatch(tidy["contact"]):
        errors["contact"] = "Écrivez une adresse de messagerie complète."
    form = tidy["college_mailbox"]
    if form and (form.count(UAI) != 1 or not _MAIL.fullmatch(form.replace(UAI, "0250001r"))):
        errors["college_mailbox"] = f"Écrivez une adresse où {UAI} tient la place du numéro, ou rien."
    if told := says_who("Signataire", tidy["signatory"], instead=FUNCTION_INSTEAD):
        errors["signatory"] = told
    domains = [one.strip().casefold().removeprefix("@") for one in wanted.trusted_domains]
    if len(domains) > TRUSTED_MOST or not all(_DOMAIN.fullmatch(one) for one in domains):
        errors["trusted_domains"] = f"Écrivez un domaine par ligne, par exemple ac-besancon.fr, {TRUSTED_MOST} au plus."
    elif any(_OF_PUPILS.search(one) for one in domains):
        errors["trusted_domains"] = "Un domaine d'élèves ouvrirait la porte aux élèves : retirez-le."
    networks = [_network(one) for one in wanted.networks]
    if len(networks) > NETWORKS_MOST or None in networks:
        errors["networks"] = (
            f"Écrivez un réseau par ligne, par exemple 192.0.2.0/24 Lycée Jules Haag, {NETWORKS_MOST} au plus, chacun"
            f" d'un préfixe de {WIDEST[4]} bits au moins (IPv6 : {WIDEST[6]})."
        )
    if errors or name is None:
        raise Invalid(errors)
    return AcademieSettings(
        name=name,
        zone=wanted.zone,
        departments=tuple(sorted(set(wanted.departments))),
        neighbours=tuple(sorted({one for one in neighbours if one and one != name})),
        trusted_domains=tuple(sorted(set(domains))),
        networks=tuple(sorted({one for one in networks if one})),
        **tidy,
    )


def _network(line: str) -> str | None:
    """« 192.0.2.7/24  Lycée » as « 192.0.2.0/24 Lycée »; None for what begins with no network, or one too wide."""
    typed, _, words = one_line(line).partition(" ")
    try:
        network = ip_network(typed, strict=False)
    except ValueError:
        return None
    written = f"{network} {words}".rstrip()
    return None if network.prefixlen < WIDEST[network.version] or len(written) > NETWORK_MOST else written
