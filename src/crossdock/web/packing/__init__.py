"""Packing slips: what goes into a parcel, on paper."""
