"""Vendors own pages: orders, products, store, history."""
