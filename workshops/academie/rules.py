"""The académie as pages and papers name it, and what may be set of it. Pure."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from ipaddress import ip_network
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct, structs

from workshops.acts import Act, typed
from workshops.acts.fields import fields_of
from workshops.acts.plain_words import one_line
from workshops.acts.pupil_names import says_who
from workshops.refusals import Invalid
from workshops.schools.rules import academie_named

ZONES = ("A", "B", "C")
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


Zone: TypeAlias = Literal["", "A", "B", "C"]
Line = Annotated[str, Meta(max_length=NETWORK_MOST)]


class AcademieSettings(Act, frozen=True, kw_only=True):
    """What a coordinator sets. A teacher signs up by herself with a mail of one of the `trusted_domains`, never a
    pupils' one."""

    name: Annotated[str, typed("Académie", "Ours, as the annuaire writes it.", most=60, least=1)]
    zone: Annotated[
        Zone, Meta(description="Empty for an académie with a calendar of its own.", extra={"label": "Zone de vacances"})
    ] = ""
    departments: Annotated[
        tuple[Annotated[str, Meta(max_length=3)], ...],
        Meta(
            max_length=120,
            description="Those that are offered; none: all those of the académie's schools.",
            extra={"label": "Départements proposés", "choice": True},
        ),
    ] = ()
    neighbours: Annotated[
        tuple[Line, ...],
        Meta(
            max_length=40,
            description="Other académies whose schools are kept.",
            extra={"label": "Académies voisines", "each_line": True},
        ),
    ] = ()
    project: Annotated[str, typed("Nom du programme", "The programme's name here.", most=80)] = ""
    operator: Annotated[str, typed("Qui répond du service", "Who answers for the data.", most=200)] = ""
    contact: Annotated[str, typed("Adresse de contact", "The mailbox to write to.", most=254)] = ""
    signatory: Annotated[
        str,
        typed(
            "Signataire des attestations",
            "The function of whoever signs the companies' certificates: no name.",
            most=120,
        ),
    ] = ""
    cost: Annotated[str, typed("Ce que coûte une visite", "Whether a visit is free, in one line.", most=120)] = ""
    coach: Annotated[str, typed("Qui paie le car", "Who pays the coach, in one line.", most=120)] = ""
    college_mailbox: Annotated[
        str,
        typed(
            "Forme des boîtes des collèges",
            "The form of the collèges' official mailboxes, « ce.{uai}@ac-besancon.fr », for those of which"
            " the annuaire tells none.",
            most=120,
        ),
    ] = ""
    trusted_domains: Annotated[
        tuple[Line, ...],
        Meta(
            max_length=20,
            description="Mail domains of teachers, and of a lycée's direction.",
            extra={"label": "Domaines de messagerie de confiance", "each_line": True},
        ),
    ] = ()
    networks: Annotated[
        tuple[Line, ...],
        Meta(
            max_length=50,
            description="Those by which whole schools leave, « 192.0.2.0/24 Lycée Jules Haag »: who comes from there"
            " may try far more often.",
            extra={"label": "Réseaux des établissements", "each_line": True},
        ),
    ] = ()
    carriers: Annotated[
        str, typed("Porteurs", "Who carries the programme beside the académie, in one line.", most=120)
    ] = ""
    funder: Annotated[str, typed("Financeur", "The line by which whoever pays asks to be named.", most=120)] = ""


LABELS = {setting.name: setting.label for setting in fields_of(AcademieSettings)}


WhichMark: TypeAlias = Literal["academie", "funder"]


class ShowMark(Act, frozen=True, kw_only=True):
    """A mark under which the académie speaks, for everybody."""

    which: Annotated[WhichMark, Meta(description="Whose.", extra={"label": "Marque"})]
    alternative: Annotated[
        str, typed("Texte de remplacement", "What the mark says, for who does not see it.", most=120, least=1)
    ]


class Mark(Struct, frozen=True):
    """The académie's mark or its funder's: a small PNG, its size in points, and what it says to who does not see it."""

    which: WhichMark
    alternative: str
    width: int
    height: int
    picture: bytes

    @property
    def address(self) -> str:
        """The picture itself, as a page holds it: a first view asks for few files."""
        return f"data:image/png;base64,{b64encode(self.picture).decode()}"


class Served(Struct, frozen=True, kw_only=True):
    """What is set (see AcademieSettings), with the names of the départements that are offered, by their codes."""

    name: str = ""
    zone: Zone = ""
    departments: tuple[str, ...] = ()
    neighbours: tuple[str, ...] = ()
    project: str = ""
    operator: str = ""
    contact: str = ""
    signatory: str = ""
    cost: str = ""
    coach: str = ""
    college_mailbox: str = ""
    trusted_domains: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    carriers: str = ""
    funder: str = ""
    offered: Mapping[str, str] = {}

    @property
    def carried_by(self) -> str:
        """« Académie de Besançon, CMQ Microtechniques »; empty while none is known."""
        return ", ".join(filter(None, (self.words[:1].upper() + self.words[1:], self.carriers)))

    @property
    def who_speaks(self) -> str:
        """« Académie de Besançon, CMQ Microtechniques. Financé par l'État, France 2030. »"""
        return " ".join(f"{line.removesuffix('.')}." for line in (self.carried_by, self.funder) if line)

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


def settled(asked: AcademieSettings, *, known: Iterable[str]) -> AcademieSettings:
    """The same, tidied; `known` are the départements that have schools here. Raises Invalid."""
    name = academie_named(asked.name)
    neighbours = [academie_named(neighbour) for neighbour in asked.neighbours]
    domains = [domain.strip().casefold().removeprefix("@") for domain in asked.trusted_domains]
    networks = [_network(line) for line in asked.networks]
    mailbox = asked.college_mailbox
    errors = {}
    if name is None:
        errors["name"] = "Choisissez une académie de la liste."
    if not set(asked.departments) <= set(known):
        errors["departments"] = "Choisissez des départements dont Technilab connaît des établissements."
    if None in neighbours:
        errors["neighbours"] = "Choisissez des académies de la liste."
    if asked.contact and not _MAIL.fullmatch(asked.contact):
        errors["contact"] = "Écrivez une adresse de messagerie complète."
    if mailbox and (mailbox.count(UAI) != 1 or not _MAIL.fullmatch(mailbox.replace(UAI, "0250001r"))):
        errors["college_mailbox"] = f"Écrivez une adresse où {UAI} tient la place du numéro, ou rien."
    if not all(_DOMAIN.fullmatch(domain) for domain in domains):
        errors["trusted_domains"] = "Écrivez un domaine par ligne, par exemple ac-besancon.fr."
    elif any(_OF_PUPILS.search(domain) for domain in domains):
        errors["trusted_domains"] = "Un domaine d'élèves ouvrirait la porte aux élèves : retirez-le."
    if None in networks:
        errors["networks"] = (
            "Écrivez un réseau par ligne, par exemple 192.0.2.0/24 Lycée Jules Haag. Chacun est"
            f" d'un préfixe de {WIDEST[4]} bits au moins (IPv6 : {WIDEST[6]})."
        )
    errors = {setting: f"{LABELS[setting]} : {sentence}" for setting, sentence in errors.items()}
    if told := says_who(LABELS["signatory"], asked.signatory, instead=FUNCTION_INSTEAD):
        errors["signatory"] = told
    if errors or name is None:
        raise Invalid(errors)
    return structs.replace(
        asked,
        name=name,
        departments=tuple(sorted(set(asked.departments))),
        neighbours=tuple(sorted({neighbour for neighbour in neighbours if neighbour and neighbour != name})),
        trusted_domains=tuple(sorted(set(domains))),
        networks=tuple(sorted({network for network in networks if network})),
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
