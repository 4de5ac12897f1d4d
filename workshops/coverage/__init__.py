"""Couverture: of each collège's classes, how many pupils have been received, and who would leave without."""
