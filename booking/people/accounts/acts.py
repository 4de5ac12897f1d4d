"""What people say of themselves, whatever act asks for it: their name and their address."""

from __future__ import annotations

from typing import Annotated

from workshops.acts import typed

PersonName = Annotated[str, typed("Prénom et nom", "First name and family name.", most=80, least=1)]
Email = Annotated[str, typed("Adresse de messagerie", "An address that its owner reads.", most=254, least=1)]
