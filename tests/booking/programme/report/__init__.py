"""The file for France 2030."""
