"""P-TECH pages: the same for a lycée, which sees its own, and for the coordinator, who sees and corrects all."""

from __future__ import annotations

from booking.people.accounts.rules import Role

PATHS = {Role.HOST: "/lycee/ptech", Role.COORDINATOR: "/gestion/ptech"}
