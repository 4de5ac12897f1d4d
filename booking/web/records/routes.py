"""The routes of records as spreadsheets: once under the lycée's address, once under the coordinator's."""

from __future__ import annotations

from litestar.types import ControllerRouterHandler

from booking.web.records.tables import Tables


def _pages(path: str, role: str) -> ControllerRouterHandler:
    return type(f"{role.title()}Tables", (Tables,), {"path": path, "opt": {"who": {role}}})


ROUTES: list[ControllerRouterHandler] = [
    _pages("/lycee/donnees", "host"),
    _pages("/gestion/imports/donnees", "coordinator"),
]
