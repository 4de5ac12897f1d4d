"""Présences of companies at a slot."""
