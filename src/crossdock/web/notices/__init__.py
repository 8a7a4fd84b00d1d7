"""Pages of notices and webhooks: what a person was told, what they want to be told, the marketplace's defaults."""
