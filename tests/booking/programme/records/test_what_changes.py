"""A dry run names each line and what it would change, by the page, the API and the command line's words."""

from __future__ import annotations

from booking.programme.records.take_in import CellChange, LineChange, foresee, take_in
from tests.booking.programme.records.story import HAAG, SIRET, TABLES, a_lycee, sender
from tests.builders import NOW


async def test_each_line_is_named_with_what_was_there_before(db):
    await a_lycee()
    for name in ("ptech-cohortes", "ptech-recensements"):
        await take_in(TABLES[name].encode(), sender=sender(), now=NOW)
    lines = TABLES["ptech-recensements"].splitlines()
    lines[2] = lines[2].replace(";23;6;1;1;1;", ";22;6;1;1;2;")
    lines.append(f"{HAAG};P-TECH Microtechniques;2025;2026-2027;juin;23;6;0;0;1;0;0;0;")
    done = await foresee("\n".join(lines).encode(), sender=sender(), now=NOW.replace(month=7))
    assert (done.added, done.changed, done.unchanged) == (1, 1, 2)
    which = f"{HAAG}, P-TECH Microtechniques, 2025"
    assert done.told == [
        LineChange(
            "ptech-recensements",
            3,
            f"{which}, 2025-2026, juin",
            new=False,
            cells=(CellChange("presents", "23", "22"), CellChange("demenages", "1", "2")),
        ),
        LineChange(
            "ptech-recensements",
            5,
            f"{which}, 2026-2027, juin",
            new=True,
            cells=(
                CellChange("presents", "", "23"),
                CellChange("filles", "", "6"),
                CellChange("entres", "", "0"),
                CellChange("reorientes", "", "0"),
                CellChange("demenages", "", "1"),
                CellChange("emploi", "", "0"),
                CellChange("decroches", "", "0"),
                CellChange("autres", "", "0"),
            ),
        ),
    ]


async def test_a_line_known_by_its_number_says_which_of_its_keys_change(db):
    await a_lycee()
    for name in ("ptech-cohortes", "ptech-mentors", "ptech-actions"):
        await take_in(TABLES[name].encode(), sender=sender(), now=NOW)
    header = "uai;dispositif;rentree;siret;le;debut;intitule;type;lieu;minutes;personnes;presents;annulation;numero\n"
    line = f"{HAAG};P-TECH Microtechniques;2025;{SIRET};2027-03-19;13:30;Ma première entreprise;Stage;;4200;1;;;4"
    done = await foresee((header + line).encode(), sender=sender(), now=NOW)
    assert done.told == [
        LineChange(
            "ptech-actions",
            2,
            f"{HAAG}, P-TECH Microtechniques, 2025, {SIRET}, 2027-03-19, 13:30, Ma première entreprise",
            new=False,
            cells=(CellChange("le", "2027-03-18", "2027-03-19"),),
        )
    ]
