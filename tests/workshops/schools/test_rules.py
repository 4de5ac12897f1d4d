import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshops.schools.rules import FileRefused, department_of, is_uai, kilometres, text_of, zone_of


@pytest.mark.parametrize("uai", ["0250001R", "0250011B", "0251994G", "0390013C", "0700905D", "0900355X"])
def test_a_real_uai_is_right(uai: str):
    assert is_uai(uai)


@pytest.mark.parametrize(
    "text", ["0250011D", "0250011b", "250011B", "02500011B", "025O011B", "0250011", "", "0250011BB", "٠٢٥٠٠١١B"]
)
def test_a_wrong_key_or_shape_is_refused(text: str):
    assert not is_uai(text)


@given(st.integers(min_value=0, max_value=9_999_999))
def test_each_number_has_exactly_one_key(number: int):
    assert sum(is_uai(f"{number:07d}{key}") for key in "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 1


@pytest.mark.parametrize(
    ("code", "department"), [("025", "25"), ("090", "90"), ("02A", "2A"), ("971", "971"), ("25", "25")]
)
def test_a_department_is_written_as_people_do(code: str, department: str):
    assert department_of(code) == department


@pytest.mark.parametrize(
    ("academie", "zone"),
    [
        ("Besançon", "A"),
        ("BESANCON", "A"),
        ("Dijon", "A"),
        ("Nancy-Metz", "B"),
        ("Strasbourg", "B"),
        ("Orléans-Tours", "B"),
        ("Versailles", "C"),
        ("La Réunion", ""),
        ("Corse", ""),
        ("Bezançon", None),
    ],
)
def test_an_academie_has_its_zone(academie: str, zone: str | None):
    assert zone_of(academie) == zone


def test_thirty_academies_have_the_three_zones():
    zones = [
        *("Besançon", "Bordeaux", "Clermont-Ferrand", "Dijon", "Grenoble", "Limoges", "Lyon", "Poitiers"),
        *("Aix-Marseille", "Amiens", "Lille", "Nancy-Metz", "Nantes", "Nice", "Normandie", "Orléans-Tours"),
        *("Reims", "Rennes", "Strasbourg"),
        *("Créteil", "Montpellier", "Paris", "Toulouse", "Versailles"),
    ]
    assert [zone_of(name) for name in zones] == ["A"] * 8 + ["B"] * 11 + ["C"] * 5


def test_the_distance_from_besancon_to_belfort_is_that_of_a_bird():
    assert round(kilometres(47.2378, 6.0241, 47.6380, 6.8628)) == 77


def test_a_file_in_utf_8_or_cp1252_is_read_the_same():
    assert text_of("Besançon".encode()) == "Besançon"
    assert text_of("Besançon".encode("utf-8-sig")) == "Besançon"
    assert text_of("Besançon".encode("cp1252")) == "Besançon"


def test_a_file_of_more_than_1_mb_is_refused():
    with pytest.raises(FileRefused) as refused:
        text_of(b"x" * 1_000_001)
    assert refused.value.sentence == "Rien n'a été enregistré : le fichier dépasse 1 Mo."


def test_a_file_in_neither_encoding_is_refused():
    with pytest.raises(FileRefused) as refused:
        text_of(b"\x81\xff")
    assert refused.value.lines == ("le fichier n'est ni en UTF-8 ni en Windows-1252",)
