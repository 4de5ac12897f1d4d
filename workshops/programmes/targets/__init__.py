"""Dispositifs of France 2030 and their targets."""
