"""What is left to do before a visit: a dated list that ticks itself where Technilab knows, else by its collège."""
