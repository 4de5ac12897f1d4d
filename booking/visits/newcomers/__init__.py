"""Teachers who signed up by themselves: who waits for an answer, and what the answer does to what they asked for."""
