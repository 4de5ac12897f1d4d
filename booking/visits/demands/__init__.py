"""A demand: what a group asks for above its reservations, and the searches of which a teacher wants to be told."""
