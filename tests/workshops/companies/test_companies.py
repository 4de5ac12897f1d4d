import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import builders
from tests.builders import NOW
from tests.told import told
from workshops.companies.queries import CompanyCard, companies_named, company, company_by_siret
from workshops.companies.register import RegisterCompany, register_company
from workshops.companies.rules import is_siret
from workshops.database import row, value
from workshops.refusals import Invalid

SIRET = "552 081 317 66522"


@pytest.mark.parametrize("siret", ["55208131766522", "35600000000048", "35600000049837"])
def test_a_real_siret_is_right(siret: str):
    assert is_siret(siret)


@pytest.mark.parametrize(
    "text", ["55208131766523", "35600000049838", "5520813176652", "552081317665220", "5520813176652A", "", "²" * 14]
)
def test_a_wrong_key_or_length_is_refused(text: str):
    assert not is_siret(text)


@given(st.text(alphabet="0123456789", min_size=13, max_size=13).filter(lambda start: not start.startswith("356000000")))
def test_each_start_has_exactly_one_key(start: str):
    assert sum(is_siret(f"{start}{key}") for key in range(10)) == 1


async def test_a_company_is_registered_then_corrected_by_its_siret(db):
    made = await register_company(SIRET, RegisterCompany(name="Horlogerie", department="25"), by=None, now=NOW)
    corrected = RegisterCompany(name=" Horlogerie des Remparts ", trade="Microtechniques")
    again = await register_company("55208131766522", corrected, by=None, now=NOW)

    card = CompanyCard(made, "55208131766522", "Horlogerie des Remparts", "Microtechniques", "", "")
    assert again == made
    assert await company(made) == card
    assert await company_by_siret("552 081 317 66522") == card
    assert await companies_named("REMPARTS horlogerie", limit=2) == [card]
    assert await companies_named("lunetterie", limit=2) == []
    assert await company(made + 1) is None


async def test_a_company_is_registered_and_told(db):
    nadia = await builders.account("nadia@example.org", name="Nadia Perrin")
    made = await register_company(SIRET, RegisterCompany(name="Horlogerie du Doubs"), by=nadia, now=NOW)
    assert tuple(await row("SELECT id, siret, name FROM companies")) == (made, "55208131766522", "Horlogerie du Doubs")
    assert await told() == [("company_registered", nadia, "company", made, "")]


async def test_a_wrong_siret_registers_and_tells_nothing(db):
    with pytest.raises(Invalid) as refused:
        await register_company("55208131766523", RegisterCompany(name="Horlogerie"), by=1, now=NOW)
    assert refused.value.errors == {"siret": "Ce SIRET n'est pas valable : 14 chiffres, dont le dernier est une clé."}
    assert await value("SELECT count(*) FROM companies") == 0
    assert await told() == []
