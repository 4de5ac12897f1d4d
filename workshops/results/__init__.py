"""Bilan: progress against the targets. Reads only."""
