"""A company is typed, not looked for in a list of thousands: by its SIRET, or by words that are enough."""

from __future__ import annotations

import pytest

from booking.door.forms.choose import COMPANIES_OFFERED, SUGGESTED, company_in, label_of, suggested
from booking.door.forms.read import Form
from tests import builders
from workshops.companies.queries import company
from workshops.database import rows


async def card(number: int):
    found = await company(number)
    assert found is not None
    return found


async def typed(words: str) -> tuple[int | None, str | None]:
    form = Form({"company": words})
    found = await company_in(form)
    return found and found.id, form.errors.get("company")


async def test_a_company_is_found_by_its_siret_by_its_words_or_as_it_is_suggested(db):
    firm = await builders.company(name="Horlogerie du Doubs", commune="Besançon")
    await builders.company(name="Lunetterie", commune="Besançon")
    one = await card(firm)
    spaced = f"{one.siret[:3]} {one.siret[3:6]} {one.siret[6:9]} {one.siret[9:]}"
    assert label_of(one) == f"Horlogerie du Doubs, Besançon ({one.siret})"
    for words in (label_of(one), one.siret, spaced, "horlogerie du doubs", "Horlogerie du Doubs, Besançon"):
        assert await typed(words) == (firm, None)
    # The card was renamed since the page was shown: its SIRET says which it is.
    assert await typed(f"Horlogerie, Besançon ({one.siret})") == (firm, None)


@pytest.mark.parametrize("words", ["Horlo", "horlogerie", "besancon HORLO", "doubs"])
async def test_the_one_company_that_words_fit_is_shown_and_asked_about_never_taken(db, words):
    firm = await card(await builders.company(name="Horlogerie du Doubs", commune="Besançon"))
    await builders.company(name="Lunetterie", commune="Morez")
    form = Form({"company": words})
    assert await company_in(form) is None
    assert form.errors["company"] == (
        f"Est-ce bien Horlogerie du Doubs, Besançon ({firm.siret}) ? Choisissez-la ci-dessous, ou précisez son nom."
    )
    assert (await suggested(form)).meant == [(firm.siret, label_of(firm))]
    again = Form({"company": words, "company_siret": firm.siret})
    assert await company_in(again) == firm


async def test_words_that_several_companies_have_are_answered_by_a_choice_among_them(db):
    firms = [await card(await builders.company(name=f"Bois {one}", commune="Dole")) for one in "ABCDE"]
    form = Form({"company": "bois dole"})
    assert await company_in(form) is None
    assert form.errors["company"] == "5 entreprises conviennent : choisissez la bonne ci-dessous, ou précisez son nom."
    offered = await suggested(form)
    assert offered.meant == [(one.siret, label_of(one)) for one in firms]
    again = Form({"company": "bois dole", "company_siret": firms[3].siret})
    assert await company_in(again) == firms[3]
    # It stays chosen when something else on the page is to be corrected.
    assert again.typed["company"] == label_of(firms[3])
    assert await typed("bois d") == (firms[3].id, None)


async def test_a_name_typed_whole_is_enough_when_others_only_begin_like_it(db):
    firm = await builders.company(name="Bois")
    await builders.company(name="Bois et fils")
    assert await typed("bois") == (firm, None)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("zzz", "Aucune entreprise enregistrée ne porte ce nom. Écrivez son SIRET, ou son nom et sa commune."),
        ("552 081 317 66522", "Aucune entreprise n'est enregistrée sous ce SIRET."),
        (" ", "Entreprise : à remplir."),
        ("%", "Aucune entreprise enregistrée ne porte ce nom. Écrivez son SIRET, ou son nom et sa commune."),
    ],
)
async def test_what_is_not_found_is_said_in_words(db, words, sentence):
    await builders.company(name="Horlogerie")
    assert await typed(words) == (None, sentence)


async def test_a_few_are_suggested_and_those_that_were_meant_once_words_are_refused(db):
    await rows(
        "INSERT INTO companies (siret, name, trade, commune, department, example)"
        " SELECT lpad(n::text, 14, '0'), 'Société ' || n, '', 'Dole', '39', false FROM generate_series(1, 300) AS n"
    )
    first = await suggested(None)
    assert (len(first.known), first.meant) == (SUGGESTED, [])
    form = Form({"company": "dole société 29"})
    assert await company_in(form) is None
    assert form.errors["company"] == "13 entreprises conviennent : précisez le nom, ou choisissez parmi les premières."
    narrowed = await suggested(form)
    assert (len(narrowed.known), len(narrowed.meant)) == (13, COMPANIES_OFFERED)
    many = Form({"company": "dole"})
    assert await company_in(many) is None
    assert many.errors["company"] == (
        "Plus de 50 entreprises conviennent : précisez le nom, ou choisissez parmi les premières."
    )
    unknown = Form({"company": "zzz"})
    assert await company_in(unknown) is None
    nothing = await suggested(unknown)
    assert (len(nothing.known), nothing.meant) == (SUGGESTED, [])
