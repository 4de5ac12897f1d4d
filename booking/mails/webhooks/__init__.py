"""Telling another program of what was done: an event is a row first, a signed request later (Standard Webhooks)."""
