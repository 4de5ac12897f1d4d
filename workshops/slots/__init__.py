"""Créneaux: one workshop at one hour, its seats, what became of it."""
