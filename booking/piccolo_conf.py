"""Piccolo's configuration: PICCOLO_CONF=booking.piccolo_conf. Without DATABASE_URL it starts our own PostgreSQL."""

import os
from typing import Any

from booking.process.embedded.provide import provide
from booking.process.settings import data_folder
from workshops.database import engine_for

provide(data_folder(), queue=False)
DB = engine_for(os.environ["DATABASE_URL"], os.environ.get("DATABASE_READ_URL", ""), os.environ.get("MIGRATE_URL", ""))


def __getattr__(name: str) -> Any:
    """The list of tables' folders, which migrations alone ask for: Piccolo's module of it loads a formatter, 12 MB."""
    if name != "APP_REGISTRY":
        raise AttributeError(name)
    from piccolo.conf.apps import AppRegistry  # noqa: PLC0415 - as above

    return AppRegistry(apps=["workshops.piccolo_app", "booking.piccolo_app"])
