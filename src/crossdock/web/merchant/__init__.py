"""The pages of the merchant's staff. Each view makes one call inward."""
