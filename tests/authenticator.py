"""A device that makes and shows passkeys, as the standard describes it (WebAuthn, 6), with knobs to make it lie."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from booking.people.passkeys.rules import text_of

ORIGIN = "http://localhost:8000"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Device:
    """One passkey and its device. Change a field, and the next answer lies about it."""

    origin: str = ORIGIN
    host: str = "localhost"
    unlocked: bool = True
    count: int = 0
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    handle: str | None = None
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, asked: dict[str, Any]) -> str:
        """What the browser answers when a passkey is made."""
        self.handle = asked["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        new = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + cbor2.dumps(public)
        attested = {"fmt": "none", "attStmt": {}, "authData": self._state(ATTESTED) + new}
        return self._answer(
            clientDataJSON=text_of(self._client("webauthn.create", asked["challenge"])),
            attestationObject=text_of(cbor2.dumps(attested)),
        )

    def show(self, asked: dict[str, Any]) -> str:
        """What the browser answers when the passkey is shown."""
        self.count += 1
        state, client = self._state(), self._client("webauthn.get", asked["challenge"])
        signed = self.key.sign(state + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            clientDataJSON=text_of(client),
            authenticatorData=text_of(state),
            signature=text_of(signed),
            userHandle=self.handle,
        )

    def _state(self, more: int = 0) -> bytes:
        flags = PRESENT | more | (VERIFIED if self.unlocked else 0)
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _answer(self, **response: str | None) -> str:
        number = text_of(self.credential_id)
        return json.dumps({"id": number, "rawId": number, "type": "public-key", "response": response})
