"""Faithful sandbox stores: servers that behave as the real platforms do, with faults on demand."""
