"""Passkeys: a device that its person unlocks signs in by itself, without a mail."""
