"""Réservations: one row for a visit's whole life."""
