"""The routes of P-TECH: each page once under the lycée's address, once under the coordinator's."""

from __future__ import annotations

from litestar import Controller
from litestar.types import ControllerRouterHandler

from booking.web.ptech import company
from booking.web.ptech.actions import Actions
from booking.web.ptech.cohorts import Cohorts
from booking.web.ptech.mentors import Mentors
from booking.web.ptech.schemes import Schemes


def _pages(path: str, role: str) -> list[ControllerRouterHandler]:
    told: tuple[type[Controller], ...] = (Schemes, Cohorts, Mentors, Actions)
    return [type(f"{role.title()}{one.__name__}", (one,), {"path": path, "opt": {"who": {role}}}) for one in told]


ROUTES: list[ControllerRouterHandler] = [
    *_pages("/lycee/ptech", "host"),
    *_pages("/gestion/ptech", "coordinator"),
    company.announce_action,
    company.call_off_own,
    company.change_own,
    company.own_action,
    company.own_cohort,
    company.own_cohorts,
]
