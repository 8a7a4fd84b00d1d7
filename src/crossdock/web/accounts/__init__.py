"""What is of a person alone: log-in, second factors, settings, the first run."""
