"""The one refusal of a GraphQL call that is an HTTP status: 429 for too many new variants (FACTS section 3)."""


class TooManyVariants(Exception):
    """A big shop that is not Plus has made its thousand variants of today."""
