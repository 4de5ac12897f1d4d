"""What is offered and what happened: schools, workshops, slots, builds, results. Imports nothing of booking."""
