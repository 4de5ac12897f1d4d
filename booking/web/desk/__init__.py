"""Accueil: the page of the day."""
