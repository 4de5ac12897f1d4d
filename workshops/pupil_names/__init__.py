"""Noms d'élèves: what a typed line must not hold."""
