"""What runs on this machine: the embedded PostgreSQL and our own processes. Imported by the command line and tests."""
