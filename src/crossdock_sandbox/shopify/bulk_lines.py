"""A selection turned into one Python function: what a million lines of a bulk operation would spend on walking it.

Gives what `engine.fill` gives. Not for selections with variables: bulk queries have none.
"""

from collections.abc import Callable
from typing import Any

from crossdock_sandbox.shopify.engine import ABSTRACT, ABSTRACTS, LEAF, OBJECT, FieldPlan, fill

Shape = Callable[[Any, Any], dict[str, Any]]


def shaper(fields: list[FieldPlan]) -> Shape:
    """A function of (source, context)."""
    names: dict[str, Any] = {"fill": fill}
    body = _display(fields, "o", names)
    source = f"def shape(o, c):\n    return {body}\n"
    exec(source, names)  # noqa: S102  the text is made here, of field names that validation has passed
    made: Shape = names["shape"]
    return made


def _display(fields: list[FieldPlan], owner: str, names: dict[str, Any]) -> str:
    parts = []
    for plan in fields:
        if plan.condition is not None and not plan.condition({}):
            continue
        number = len(names)
        names[f"r{number}"], names[f"a{number}"] = plan.resolve, plan.fixed
        value = f"r{number}({owner}, a{number}, c)"
        if plan.kind in (ABSTRACT, ABSTRACTS):  # rare here: walked as ever
            names[f"p{number}"] = [plan]
            parts.append(f"{plan.key!r}: fill(p{number}, {owner}, {{}}, c)[{plan.key!r}]")
            continue
        parts.append(f"{plan.key!r}: {_value(plan, value, f'v{number}', names)}")
    return "{" + ", ".join(parts) + "}"


def _value(plan: FieldPlan, value: str, local: str, names: dict[str, Any]) -> str:
    if plan.kind == LEAF:
        return value
    if plan.kind == OBJECT:
        return f"None if ({local} := {value}) is None else {_display(plan.sub, local, names)}"
    rows = f"[{_display(plan.sub, f'{local}x', names)} for {local}x in {local}]"
    return f"None if ({local} := {value}) is None else {rows}"
