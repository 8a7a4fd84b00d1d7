"""Traffic: plays shoppers and vendors against sandbox stores through the control API only, and keeps a ledger of it."""
