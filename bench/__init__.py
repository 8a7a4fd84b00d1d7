"""What running the hub costs, measured. Never part of the tests: figures depend on the machine, ratios less so."""
