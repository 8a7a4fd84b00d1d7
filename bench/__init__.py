"""Measurements of what running the hub costs. Never part of the tests: figures depend on the machine, ratios less so."""
