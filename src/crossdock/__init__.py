"""Crossdock: joins a marketplace's own store with the stores its vendors already run."""

__version__ = "0.1.0"
