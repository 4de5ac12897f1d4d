"""Piccolo's configuration: PICCOLO_CONF=booking.piccolo_conf. Without DATABASE_URL it starts our own PostgreSQL."""

import os

from piccolo.conf.apps import AppRegistry

from booking.embedded.provide import provide
from booking.settings import data_folder
from workshops.database import engine_for

provide(data_folder(), queue=False)
DB = engine_for(os.environ["DATABASE_URL"], os.environ.get("DATABASE_READ_URL", ""))
APP_REGISTRY = AppRegistry(apps=["workshops.piccolo_app", "booking.piccolo_app"])
