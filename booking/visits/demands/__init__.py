"""Demands: what a group asks for, in order, and what becomes of it."""
