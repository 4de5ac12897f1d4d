"""The certificate that BASE_URL shows: asked as a visitor's browser asks, once an hour."""

from __future__ import annotations

import asyncio
import logging
import ssl
from datetime import datetime
from time import monotonic
from urllib.parse import urlsplit

from msgspec import Struct

logger = logging.getLogger(__name__)

EVERY_SECONDS, WAIT_SECONDS = 3600.0, 3.0
# An address that did not answer is asked again sooner.
AGAIN_SECONDS = 300.0


class AddressSeen(Struct, frozen=True):
    """Whether the address showed a certificate, and when that ends."""

    reachable: bool
    ends_at: datetime | None = None


class CertificateWatch:
    """One process's look at BASE_URL, kept for an hour."""

    def __init__(self, base_url: str) -> None:
        self._address = urlsplit(base_url)
        self._seen: AddressSeen | None = None
        self._until = 0.0

    async def look(self) -> AddressSeen | None:
        """What is shown there; None of a site that has no certificate (http)."""
        if self._address.scheme != "https":
            return None
        if self._seen is None or monotonic() >= self._until:
            self._seen = await self._looked()
            self._until = monotonic() + (EVERY_SECONDS if self._seen.reachable else AGAIN_SECONDS)
        return self._seen

    async def _looked(self) -> AddressSeen:
        from cryptography.x509 import load_der_x509_certificate  # noqa: PLC0415 - keeps the start light

        # Whoever watches is told when it ends, also once it has, or where this machine does not know who signed it.
        anything = ssl.create_default_context()
        anything.check_hostname, anything.verify_mode = False, ssl.CERT_NONE
        host, port = self._address.hostname, self._address.port or 443
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                _, writer = await asyncio.open_connection(host, port, ssl=anything, server_hostname=host)
            shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
            writer.close()
            return AddressSeen(True, load_der_x509_certificate(shown).not_valid_after_utc)
        except (OSError, ValueError) as error:  # TimeoutError and SSLError are OSErrors
            logger.warning("BASE_URL shows this process no certificate: %s", type(error).__name__)
            return AddressSeen(False)
