"""A lycée's school year: what its visits amount to, its part of the targets, on one page that its direction is sent."""
