"""The Monday mail: what waits for a lycée, and for the coordinator."""
