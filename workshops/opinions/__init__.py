"""Avis: what visits say of a workshop, in sums alone."""
