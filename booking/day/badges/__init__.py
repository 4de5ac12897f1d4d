"""Badges anonymes: numbers, tokens and their printed sheets."""
