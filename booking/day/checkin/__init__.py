"""Émargement at the door of the workshop."""
