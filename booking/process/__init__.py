"""How a process begins, speaks to Redis, writes its log and stops."""
