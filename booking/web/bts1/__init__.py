"""Pages of BTS+1 courses: the coordinator sees and corrects all, a lycée its own."""
