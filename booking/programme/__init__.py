"""P-TECH, BTS+1, the consortium and the figures of the three schemes."""
