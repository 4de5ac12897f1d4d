"""The tables of workshops, for Piccolo's migrations: those of every `tables.py`, found where they stand."""

from __future__ import annotations

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

from workshops.resources import carried

HERE = Path(__file__).parent

APP_CONFIG = AppConfig(
    app_name="workshops",
    migrations_folder_path=str(carried("workshops", "piccolo_migrations/workshops")),
    table_classes=table_finder(
        [
            ".".join(("workshops", *one.relative_to(HERE).with_suffix("").parts))
            for one in sorted(HERE.rglob("tables.py"))
        ],
        exclude_imported=True,
    ),
    migration_dependencies=[],
)
