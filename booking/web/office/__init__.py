"""Gestion: the coordinator's pages."""
