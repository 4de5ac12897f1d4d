"""The rule of a target is told by the code that counts it: what a coordinator typed instead is her note beside it.

What was proposed to her and left as it was is no note of hers.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-29T12:00:00:002460"
VERSION = "1.38.0"
DESCRIPTION = "A target's typed rule is a coordinator's note"

PROPOSED = (
    "Élèves présents, comptés une fois par visite, d'après le nombre validé par le lycée à la clôture.",
    "Dispositifs qui ont au moins une cohorte.",
    "Lycéens présents au recensement d'octobre, comptés une fois par année scolaire.",
    "Lycéens du premier recensement d'octobre de leur cohorte, plus les entrées tardives ; comptés une seule fois.",
    "Trois places d'entreprise mentore par cohorte ; une place prise compte une fois, même si une entreprise y en"
    " remplace une autre.",
    "Formations de niveau bachelor, comptées à leur première rentrée.",
    "Inscrits de chaque rentrée, par année scolaire.",
    "Étudiants qui ont validé leur année de BTS+1.",
)
_QUOTED = ", ".join("'" + one.replace("'", "''") + "'" for one in PROPOSED)
EMPTY = f"UPDATE targets SET rule = '' WHERE rule IN ({_QUOTED})"  # noqa: S608 - constants only


async def forwards() -> MigrationManager:
    manager = steps("workshops", ID, DESCRIPTION, ((EMPTY, "SELECT 1"),))
    manager.rename_column(
        table_class_name="Target",
        tablename="targets",
        old_column_name="rule",
        new_column_name="note",
        old_db_column_name="rule",
        new_db_column_name="note",
        schema=None,
    )
    return manager
