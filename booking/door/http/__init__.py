"""HTTP: headers, caches, compression, refusals, metrics."""
