"""Entries, feeds and answers of agendas."""
