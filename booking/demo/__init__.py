"""Exemples: real schools, and invented people, workshops, companies and visits (files/SOURCES.md says whose data)."""
