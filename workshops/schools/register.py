"""Add or correct one school by hand."""

from __future__ import annotations

from workshops.database import transaction, value
from workshops.refusals import Invalid
from workshops.schools.rules import department_of, is_uai

REGISTER = """
INSERT INTO schools (uai, name, kind, address, postcode, commune, department, lat, lon, phone, mail, zone)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (uai) DO UPDATE SET
  name = excluded.name, kind = excluded.kind, address = excluded.address, postcode = excluded.postcode,
  commune = excluded.commune, department = excluded.department, lat = excluded.lat, lon = excluded.lon,
  phone = excluded.phone, mail = excluded.mail, zone = excluded.zone
RETURNING id
"""


async def register(
    *,
    uai: str,
    name: str,
    kind: str,
    commune: str,
    department: str,
    zone: str,
    address: str = "",
    postcode: str = "",
    lat: float | None = None,
    lon: float | None = None,
    phone: str = "",
    mail: str = "",
) -> int:
    """Add a school that the annuaire file lacks, or correct the one with this UAI; returns its number.

    Raises Invalid when the UAI's key is wrong or something needed is empty.
    """
    uai = uai.strip().upper()
    errors = {
        field: sentence
        for field, wrong, sentence in (
            ("uai", not is_uai(uai), "Cet UAI n'est pas valable : 7 chiffres et la lettre qui leur correspond."),
            ("name", not name.strip(), "Donnez le nom de l'établissement."),
            ("kind", kind not in {"college", "lycee"}, "Choisissez collège ou lycée."),
            ("commune", not commune.strip(), "Donnez la commune."),
            ("department", not department.strip(), "Donnez le département."),
            ("zone", zone not in {"", "A", "B", "C"}, "Choisissez la zone A, B ou C."),
        )
        if wrong
    }
    if errors:
        raise Invalid(errors)
    async with transaction():
        return int(
            await value(
                REGISTER,
                uai,
                name.strip(),
                kind,
                address,
                postcode,
                commune.strip(),
                department_of(department),
                lat,
                lon,
                phone,
                mail,
                zone,
            )
        )
