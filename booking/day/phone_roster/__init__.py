"""What a phone keeps of a visit, to receive without network."""
