"""Programs of an organisation: the key of a collège, a lycée, a company, some départements or the académie."""
