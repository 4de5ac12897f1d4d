"""Exemples: real schools, and invented people, workshops and companies."""
