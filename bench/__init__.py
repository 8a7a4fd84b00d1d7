"""What running the hub costs, measured. Never part of the tests: figures are of a machine."""
