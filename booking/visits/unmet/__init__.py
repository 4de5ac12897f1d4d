"""What is asked and not served: classes that wait for a slot, by level, size and place."""
