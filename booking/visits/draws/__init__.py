"""Draws: the demands of an opening's first hour, their opaque numbers and the order that anyone can replay."""
