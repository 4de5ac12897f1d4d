"""Papiers: what a collège prints and signs for a visit, and what its class keeps of it."""
