"""The telephones that the two sides of a visit give each other for its day."""
