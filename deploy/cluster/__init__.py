"""The whole cluster on this machine's loopback, from the very files that real machines use."""
