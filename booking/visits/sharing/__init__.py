"""A free slot that a teacher shows to a colleague of her collège."""
