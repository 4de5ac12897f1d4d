"""Groupes: classes that may visit, as counts."""
