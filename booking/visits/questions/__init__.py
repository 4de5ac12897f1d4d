"""A question to a lycée before booking, and its answer: a few lines on a page, erased soon after."""
