"""Créneaux à réserver: the search that every teacher begins with. Reads only."""
