"""Académie: the one that this Technilab serves, and what its coordinators set while it runs."""
