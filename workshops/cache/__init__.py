"""A cache whose entries carry the version of what they were made of, which the database raises at each write."""
