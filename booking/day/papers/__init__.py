"""Papiers: what a collège prints and signs for a visit, what its class keeps of it, what a company is attested."""
