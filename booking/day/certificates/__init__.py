"""Attestations: what a company gave in one school year."""
