"""Bulk queries: a document over whole connections, written as lines of JSON in the background, a slice at a time.

Not for the file (`bulk_state.py`) nor its download (`bulk_files.py`). What changes meanwhile may or may not be in it.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from crossdock_sandbox.shopify import listings, telling
from crossdock_sandbox.shopify.bulk_lines import shaper
from crossdock_sandbox.shopify.bulk_state import Bulk
from crossdock_sandbox.shopify.engine import FieldPlan, Operation
from crossdock_sandbox.shopify.graph import Context
from crossdock_sandbox.shopify.refusals import Refusal
from crossdock_sandbox.shopify.shop import Shop
from crossdock_sandbox.shopify.show_catalogue import in_order
from crossdock_sandbox.shopify.state_catalogue import Item

if TYPE_CHECKING:
    from crossdock_sandbox.world import Sandbox

GROUP, SLICE = 100, 4_000  # root objects together; lines a turn: others are served in between
AT_ONCE, MOST_CONNECTIONS, DEEPEST = 5, 5, 2  # FACTS section 11
_line = msgspec.json.Encoder().encode


class Nest:
    """One connection of the document: what a row of it shows, and the connections inside."""

    __slots__ = ("children", "fields", "name", "rows", "shape")

    def __init__(self, plan: FieldPlan) -> None:
        self.name = plan.name
        self.rows = _ROWS.get(plan.name)
        inside = _node_fields(plan)
        self.fields = [one for one in inside if not _is_connection(one)]
        self.shape = shaper(self.fields)
        self.children = [Nest(one) for one in inside if _is_connection(one)]

    def count(self) -> int:
        return 1 + sum(one.count() for one in self.children)

    def depth(self) -> int:
        return 1 + max((one.depth() for one in self.children), default=0)

    def all(self) -> "Iterator[Nest]":
        yield self
        for one in self.children:
            yield from one.all()


def _is_connection(plan: FieldPlan) -> bool:
    return plan.type.name.endswith("Connection")


def _node_fields(plan: FieldPlan) -> list[FieldPlan]:
    for child in plan.sub:
        if child.name == "nodes":
            return _row_fields(child)
        if child.name == "edges":
            return [field for inner in child.sub if inner.name == "node" for field in _row_fields(inner)]
    return []


def _row_fields(plan: FieldPlan) -> list[FieldPlan]:
    """Of an interface (media) what the only kind that there is here shows."""
    return plan.sub or next(iter(plan.subs.values()), [])


# Rows of a connection without pages; those that are not here cannot be read in bulk.
_ROWS: dict[str, Callable[[Any, Context], Sequence[Any]]] = {
    "variants": lambda o, _c: in_order(o, {}),
    "media": lambda o, _c: [o.media] if hasattr(o, "product") and o.media else getattr(o, "media", None) or [],
    "metafields": lambda o, _c: getattr(o, "metafields", []),
    "inventoryLevels": lambda o, _c: o.variant.levels,
    "lineItems": lambda o, _c: o.lines,
}
_ROOTS: dict[str, Callable[[Context], Sequence[Any]]] = {
    "products": lambda c: list(c.shop.shown_products.values()),
    "productVariants": lambda c: list(c.shop.shown_variants.values()),
    "inventoryItems": lambda c: [Item(one) for one in c.shop.shown_variants.values()],
    "orders": lambda c: list(c.shop.orders.values()),
    "locations": lambda c: c.shop.locations,
}


def problem(operation: Operation) -> str | None:
    """What keeps a valid document from being run in bulk (FACTS section 11)."""
    if operation.is_mutation:
        return "Bulk queries must be queries."
    if len(operation.fields) != 1 or operation.variables:
        return "Bulk queries cannot contain multiple root fields or variables."
    if not _is_connection(operation.fields[0]):
        return "Bulk queries must contain at least one connection."
    root = Nest(operation.fields[0])
    if root.count() > MOST_CONNECTIONS:
        return f"Bulk queries cannot contain more than {MOST_CONNECTIONS} connections."
    if root.depth() > DEEPEST:
        return f"Bulk queries cannot contain connections with a nesting depth greater than {DEEPEST}."
    if root.name not in _ROOTS or any(one.rows is None for one in root.all() if one is not root):
        return "Bulk queries of this connection are not simulated."
    if any(not one.fields for one in root.all()):
        return "Every connection must select the fields of its nodes."
    if any(one.children and not any(field.key == "id" for field in one.fields) for one in root.all()):
        return "The parent connection field must select the 'id' field."
    return None


class Run:
    """One operation at work. `grouped`: children right after their parent; else after all parents of the slice."""

    def __init__(self, world: "Sandbox", shop: Shop, bulk: Bulk, operation: Operation, grouped: bool) -> None:
        self.world, self.shop, self.bulk, self.grouped = world, shop, bulk, grouped
        self.plan = operation.fields[0]
        self.root = Nest(self.plan)
        self.context = Context(world, shop, [])
        self.done = 0
        self.rows: Sequence[Any] = ()

    def begin(self) -> None:
        if self._cancelled():
            return
        self.bulk.status = "RUNNING"
        self.bulk.as_of = self.world.stock_changes
        if self.shop.ledger is not None:
            self.context.seen = self.bulk.told
        self.rows = self._rows()
        self.world.later(0.0, self.go_on)

    def _rows(self) -> Sequence[Any]:
        rows = _ROOTS[self.root.name](self.context)
        if self.root.name in ("products", "productVariants"):
            tests = listings.catalogue_tests(self.context, self.plan.fixed)
            rows = [one for one in rows if all(test(one) for test in tests)] if tests else rows
        return rows

    def go_on(self) -> None:
        """A slice; then the next, or the end."""
        if self._cancelled():
            return
        until = self.bulk.objects + SLICE
        while self.done < len(self.rows) and self.bulk.objects < until:
            part = self.rows[self.done : self.done + GROUP]
            self.done += len(part)
            try:
                lines = self._lines([one for one in part if self._there(one)])
            except Refusal:
                self.end("FAILED", "INTERNAL_SERVER_ERROR")
                return
            self.bulk.file.write(b"".join(lines))
        if self.done < len(self.rows):
            self.world.later(0.0, self.go_on)
        else:
            self.world.later(self.world.job_delay, self.finish)

    def _there(self, row: Any) -> bool:
        """Not deleted since the beginning."""
        return self.root.name != "products" or row.id in self.shop.products

    def _lines(self, rows: list[Any]) -> list[bytes]:
        lines: list[bytes] = []
        later: list[tuple[Nest, Any, str]] = []
        for row in rows:
            self.bulk.roots += 1
            self._row(self.root, row, None, lines, later)
            if self.grouped:
                self._children(later, lines)
        self._children(later, lines)
        self.bulk.objects += len(lines) // 2
        return lines

    def _children(self, later: list[tuple[Nest, Any, str]], lines: list[bytes]) -> None:
        while later:
            nest, owner, owner_id = later.pop(0) if self.grouped else later.pop()
            rows = nest.rows(owner, self.context) if nest.rows else ()
            for row in rows:
                self._row(nest, row, owner_id, lines, later)

    def _row(
        self, nest: Nest, row: Any, parent: str | None, lines: list[bytes], later: list[tuple[Nest, Any, str]]
    ) -> None:
        shape = nest.shape(row, self.context)
        if nest.children:
            later += [(child, row, shape["id"]) for child in nest.children]
        if parent is not None:
            shape["__parentId"] = parent
        lines.append(_line(shape))
        lines.append(b"\n")

    def _cancelled(self) -> bool:
        if self.bulk.status == "CANCELING":
            self.end("CANCELED")
        return not self.bulk.open

    def finish(self) -> None:
        if self._cancelled():
            return
        fault = self.world.faults.call("file", self.shop.name, ("finish",))
        if fault is not None and fault.kind == "fail":
            self.world.counters["faults.fail"] += 1
            self.end("FAILED", "INTERNAL_SERVER_ERROR")
        else:
            self.end("COMPLETED")

    def end(self, status: str, error: str | None = None) -> None:
        self.bulk.status, self.bulk.error, self.bulk.completed_at = status, error, self.world.now()
        self.rows = ()
        telling.emit(self.world, self.shop, [("BULK_OPERATIONS_FINISH", self.bulk)])
