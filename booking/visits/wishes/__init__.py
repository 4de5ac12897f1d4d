"""Ranked wishes: up to three slots in order, of which one is kept."""
