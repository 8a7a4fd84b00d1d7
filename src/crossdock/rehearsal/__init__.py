"""Rehearsals: a real marketplace's orders, or a made-up one, played through sandbox stores and checked from outside."""
