"""Objets technologiques that pupils build."""
