"""Piccolo's configuration: PICCOLO_CONF=booking.piccolo_conf."""

import os

from piccolo.conf.apps import AppRegistry

from workshops.database import engine_for

DB = engine_for(os.environ.get("DATABASE_URL") or "postgresql://postgres@localhost:5432/technilab")
APP_REGISTRY = AppRegistry(apps=["workshops.piccolo_app", "booking.piccolo_app"])
