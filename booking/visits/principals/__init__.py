"""Who signs a collège's visits, and how her address is known to be hers."""
