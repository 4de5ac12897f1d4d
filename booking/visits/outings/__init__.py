"""All outings of a collège on one page, for its principal."""
