"""P-TECH pages: the same for a lycée, which sees its own, and for the coordinator, who sees and corrects all."""
