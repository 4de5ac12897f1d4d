"""Trouver une entreprise : those that came already, by what they do and how far they are."""
