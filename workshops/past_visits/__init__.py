"""Visites reprises: visits held before Technilab was there, declared afterwards and never scanned."""
