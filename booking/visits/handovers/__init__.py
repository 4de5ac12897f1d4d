"""Visits that go to a colleague: all that a teacher leaves at her collège, or one that she hands on."""
