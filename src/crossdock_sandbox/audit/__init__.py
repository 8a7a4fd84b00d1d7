"""The audit from outside: reads what every store says of itself, and the player's ledger, and nothing of the hub's."""
