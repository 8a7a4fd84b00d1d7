"""A few figures for many. Not here: what they are of."""


def quantiles(values: list[float]) -> dict[str, float]:
    """p50, p99 and the largest, in seconds; empty without values."""
    ranked = sorted(values)
    if not ranked:
        return {}
    at = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "max": 1.0}
    return {name: round(ranked[min(len(ranked) - 1, int(len(ranked) * share))], 3) for name, share in at.items()}
