"""HTTP pages."""
