"""What a lycée offers: its workshops, their safety sheets, the objects built in them, its rooms."""
