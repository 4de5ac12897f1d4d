"""Entreprises that come to the slots."""
