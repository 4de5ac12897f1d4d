"""What a lycée offers: its workshops, their safety sheets, its rooms."""
