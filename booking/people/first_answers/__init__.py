"""What a program made under a key of its own, so that asking once more makes nothing twice."""
