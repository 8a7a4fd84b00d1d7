"""What goes wrong between the sandbox and whoever calls it. Not for a platform's own errors: those are answers."""


class BadInput(Exception):
    """A control operation that cannot be obeyed; the words name the field and the fix."""


class Dropped(Exception):
    """The connection is to be cut without an answer (a fault asked for)."""
