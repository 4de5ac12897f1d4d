"""What the product proposes to type, it takes: each example of a page and of a sentence passes the rule of its field.

The examples are found in the templates and the sources: one that is not in the table below fails, and so does one of
the table that nobody is shown any more. What a field proposes as one types is read from the pages themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from html import unescape
from pathlib import Path

import pytest
from msgspec import structs

from booking.api.slots import _DEPARTMENT, _place
from booking.day.badges.rules import first_names_of
from booking.door.forms.read import Form
from booking.mails.webhooks.addresses import receiver_of
from booking.people.accounts.rules import plain_email, plain_phone, refuse_name
from booking.visits.badge_codes.rules import is_short_code, normalize_code
from booking.visits.groups.register import NameTaken, RegisterGroup, register
from booking.visits.reservations.rules import refuse_needs
from booking.year.rules import school_year_named
from tests import builders
from tests.builders import NOW
from workshops.academie.rules import AcademieSettings, ShowMark, settled
from workshops.acts.health import says_of_pupil
from workshops.schools.rules import Level, is_uai
from workshops.september_hands.count_hands import CountHands, CountSection

ROOT = Path(__file__).parents[4]
Rule = Callable[[str], object]


def _by_form(kind: str) -> Rule:
    def takes(typed: str) -> bool:
        form = Form({"it": typed})
        getattr(form, kind)("it", label="Date")
        return not form.errors

    return takes


def _group(name: str) -> None:
    RegisterGroup(name=name, level=Level.QUATRIEME, pupils=24, school_year="2026-2027")


def _section(name: str) -> None:
    CountHands(sections=[CountSection(section=name)])


def _year(name: str) -> object:
    RegisterGroup(name="4e B", level=Level.QUATRIEME, pupils=24, school_year=name)
    return school_year_named(name)


def _settings(field: str) -> Rule:
    one = field in {"signatory", "operator", "college_mailbox", "cost", "coach", "carriers", "funder"}
    return lambda typed: settled(AcademieSettings(name="Besançon", **{field: typed if one else (typed,)}), known=())


def _words(typed: str) -> bool:
    """Free text of adults for others: it names nobody, tells no child's health."""
    return says_of_pupil("Texte", typed, instead="") is None and len(typed) <= 120


def _instant(typed: str) -> object:
    return datetime.fromisoformat(typed).utcoffset()


def _always(typed: str) -> bool:
    """An explanation, which no field asks for."""
    return True


# What is proposed, and the rule of the field beside which it stands.
PROPOSED: dict[str, Rule] = {
    "4e B": _group,
    "2de MTNE": _section,
    "2026-2027": _year,
    "Léa M.": lambda typed: first_names_of([typed], pupils=1),
    "un fauteuil roulant large": refuse_needs,
    "un fauteuil roulant": refuse_needs,
    "Mme Perrin": refuse_name,
    "Claire Renaud": refuse_name,
    "prenom.nom@exemple.fr": plain_email,
    "06 12 34 56 78": plain_phone,
    "25/03/2027": _by_form("date"),
    "12/01/2026": _by_form("date"),
    "8:30": _by_form("time"),
    "2027-03-25T09:04+01:00": _instant,
    "2027-03-25T09:00:00+01:00": _instant,
    "2027-03-25": _by_form("date"),
    "https://agenda.example.org/technilab": lambda typed: receiver_of(typed, trial=False),
    "47.24,6.02": _place,
    "25": _DEPARTMENT.fullmatch,
    "0250011B": is_uai,
    "K7Q-2MR": lambda typed: is_short_code(normalize_code(typed)),
    "ac-besancon.fr": _settings("trusted_domains"),
    "192.0.2.0/24 Lycée Jules Haag": _settings("networks"),
    "Nancy-Metz": _settings("neighbours"),
    "La déléguée régionale": _settings("signatory"),
    "Le rectorat de l'académie de Nancy-Metz": _settings("operator"),
    "ce.{uai}@ac-besancon.fr": _settings("college_mailbox"),
    "Oui, la visite et l'objet": _settings("cost"),
    "Le programme, jusqu'à 400 €, facture au lycée": _settings("coach"),
    "CMQ Microtechniques": _settings("carriers"),
    "Financé par l'État dans le cadre de France 2030": _settings("funder"),
    "Académie de Nancy-Metz": lambda typed: ShowMark(which="academie", alternative=typed),
    "La proviseure": _settings("signatory"),
    "la proviseure": _settings("signatory"),
    "téléphone de Mme Perrin": _words,
    "deux techniciens témoignent et montrent une imprimante 3D": _words,
    "emploi du temps du lycée": _words,
    "emploi du temps du collège": _words,
    "BTS Conception des processus de réalisation de produits": _words,
    "Licence professionnelle Microtechniques": _words,
    "horlogerie, électronique, bois": _words,
    "horlogerie, usinage…": _words,
    "Bac pro Technicien en réalisation de produits mécaniques": _words,
    "décolletage, horlogerie, lunetterie": _words,
    "visite de l'atelier de découpe": _words,
    "2de MEI 1": _words,
    "P-TECH Microtechniques": _words,
    "tableau de suivi 2022-2023": _words,
    "Tram 1, arrêt Temis": _words,
    "rue Labbé, devant le portail nord": _words,
    "la découpeuse est en panne jusqu'à la fin du mois": _words,
    "la machine est en panne, nous vous proposons le 12 mai": _words,
    "deux entreprises viennent déjà, choisissez le 12 mai": _words,
    "épreuves du bac": _words,
    "Horloge en laiton sur son socle de hêtre": _words,
    "Horloge à engrenages en laiton": _words,
    "lampe à détection de mouvement": _words,
    "pantalon, chaussures fermées, une gourde": _words,
    # No field asks for it.
    "un accès de plain-pied": _always,
    "élèves=Nb": _always,
    "/problems/slot-full": _always,
}
_SAID = re.compile(r"""(?:[Pp]ar exemple|écrivez-la ainsi|l'année scolaire ainsi)\s*[:,]?\s*|placeholder=["']""")
LONGEST_FIRST = sorted(PROPOSED, key=len, reverse=True)


_ENDS = re.compile(r"""["').]|$| [:»]|</a>|, (?:où|ou rien|\{|[0-9])""")


def _examples() -> Iterator[tuple[str, str]]:
    """What follows « par exemple » and its like in what a person reads, with the file that says it."""
    for folder, kinds in (("templates", "*.html"), ("booking", "*.py"), ("workshops", "*.py")):
        for path in sorted((ROOT / folder).rglob(kinds)):
            # A sentence that is written on two lines is one; a link is read, not its address.
            told = re.sub(r'"\s*\n\s*f?"|<a href="[^"]*">', "", path.read_text(encoding="utf-8"))
            told = told.replace("\u202f", " ").replace("\xa0", " ")
            for found in _SAID.finditer(told):
                rest = unescape(told[found.end() : found.end() + 120]).lstrip("« (")
                yield str(path.relative_to(ROOT)), next((one for one in LONGEST_FIRST if _is(one, rest)), rest)


def _is(one: str, rest: str) -> bool:
    return rest.startswith(one) and (one.endswith(".") or _ENDS.match(rest, len(one)) is not None)


EXAMPLES = sorted(set(_examples()))


def test_each_example_that_is_shown_has_its_rule_and_each_rule_its_example():
    assert {said for _, said in EXAMPLES} == set(PROPOSED)


@pytest.mark.parametrize(("where", "said"), EXAMPLES)
def test_what_is_proposed_is_taken(where, said):
    assert PROPOSED[said](said) is not False


@pytest.mark.parametrize("name", ["4e F", "6e" + " A" * 29])
async def test_the_name_that_is_proposed_instead_of_a_taken_one_is_free_and_taken(db, name):
    college, claire = await builders.school(), await builders.account()
    own = {"school": college, "by": claire, "now": NOW}
    asked = RegisterGroup(name=name, level=Level.QUATRIEME, pupils=24, school_year="2026-2027")
    await register(asked, **own)
    for _ in range(4):
        with pytest.raises(NameTaken) as no:
            await register(asked, **own)
        (proposed,) = re.findall(r"comme « (.+?) »", no.value.sentence)
        await register(structs.replace(asked, name=proposed), **own)
