"""Apports : the hours that companies, lycéens, teachers and lycées give, and what they are worth."""
