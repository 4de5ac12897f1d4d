"""A draw: its opaque numbers, the file that decides it, the order that anyone can replay, its public list."""
