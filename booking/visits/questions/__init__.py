"""A question to a lycée before booking or about a visit, and its answer: a few lines on a page, erased soon after."""
