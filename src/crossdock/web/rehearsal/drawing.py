"""Where everything stands in the picture: stores, the ways between them and Crossdock, and a dot for each part of an
order. Two of them, for a wide screen and a narrow one.

Not here: markup (templates/web/rehearsal), words.
"""

from collections import Counter
from collections.abc import Iterator

from msgspec import Struct

from crossdock.rehearsal.picture import OrderShown, PartShown, Picture, Step, StoreShown

MOST_IN_A_ROW = 6
DOT = 15  # from one dot to the next
# Where the dots of a step are: at the merchant's store, on the vendor's way, at the vendor's, or half
# way back.
PLACES = {
    Step.UNPAID: "hub",
    Step.HUB: "hub",
    Step.CANCELLING: "hub",
    Step.VENDOR: "vendor",
    Step.TWICE: "vendor",
    Step.REFUSED: "vendor",
    Step.SHIPPED: "back",
    Step.DONE: "merchant",
    Step.CANCELLED: "merchant",
    Step.BY_HAND: "merchant",
}


class Node(Struct, frozen=True):
    """A store's box: its upper left corner and size."""

    store: StoreShown
    x: int
    y: int
    width: int
    height: int


class Way(Struct, frozen=True):
    """From Crossdock to a store; `broken`: nobody answers there."""

    path: str
    broken: bool


class Dot(Struct, frozen=True):
    """One part of an order. `key` stays while it moves."""

    key: str
    x: int
    y: int
    step: Step
    order: str
    yours: bool


class Drawing(Struct, frozen=True):
    name: str
    width: int
    height: int
    hub: tuple[int, int]
    merchant: Node
    vendors: tuple[Node, ...]
    ways: tuple[Way, ...]
    dots: tuple[Dot, ...]


class Layout(Struct, frozen=True):
    """Measures of one form. `gap`: from one vendor's box to the next."""

    name: str
    width: int
    hub: tuple[int, int]
    merchant: tuple[int, int]
    vendors: tuple[int, int]
    box: tuple[int, int]
    gap: int
    down: bool  # from top to bottom, else from left to right


WIDE = Layout("wide", 640, (308, 0), (4, 0), (434, 8), (200, 62), 74, False)
NARROW = Layout("narrow", 350, (175, 164), (56, 8), (70, 228), (238, 66), 80, True)


def draw(picture: Picture) -> tuple[Drawing, Drawing]:
    """For a wide screen, and for a narrow one."""
    return _draw(picture, WIDE), _draw(picture, NARROW)


def _draw(picture: Picture, layout: Layout) -> Drawing:
    width, height = layout.box
    x, y = layout.vendors
    vendors = tuple(Node(store, x, y + at * layout.gap, width, height) for at, store in enumerate(picture.stores))
    bottom = y + len(vendors) * layout.gap
    middle = (bottom - layout.gap + height + y) // 2
    hub = layout.hub if layout.down else (layout.hub[0], middle)
    at = layout.merchant if layout.down else (layout.merchant[0], middle - height // 2)
    merchant = Node(picture.merchant, *at, width, height)
    ways = (_way(merchant, hub, layout, first=True), *(_way(node, hub, layout) for node in vendors))
    dots = tuple(_dots(picture.orders, merchant, vendors, hub, layout))
    return Drawing(layout.name, layout.width, bottom, hub, merchant, vendors, ways, dots)


def _way(node: Node, hub: tuple[int, int], layout: Layout, *, first: bool = False) -> Way:
    (x, y), middle = hub, node.y + node.height // 2
    if layout.down:
        down = f"M{x} {node.y + node.height} V{y - 26}"
        round_about = f"M{x - 26} {y} H40 Q26 {y} 26 {y + 14} V{middle - 12} Q26 {middle} 38 {middle} H{node.x}"
        path = down if first else round_about
    elif first:
        path = f"M{node.x + node.width} {y} H{x - 30}"
    else:
        path = "M{} {} C{} {} {} {} {} {}".format(*(each for point in _curve(node, hub) for each in point))
    return Way(path, "plug" in node.store.on)


def _curve(node: Node, hub: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    """From Crossdock to a vendor's box: begin, two handles, end."""
    (x, y), middle = hub, node.y + node.height // 2
    return (x + 30, y), (x + 70, y), (node.x - 64, middle), (node.x, middle)


def _on(curve: tuple[tuple[int, int], ...], share: float) -> tuple[int, int]:
    """The point of a cubic curve so far along it."""
    rest = 1 - share
    weights = (rest**3, 3 * rest**2 * share, 3 * rest * share**2, share**3)
    x, y = (sum(weight * point[at] for weight, point in zip(weights, curve, strict=True)) for at in (0, 1))
    return round(x), round(y)


def _dots(
    orders: tuple[OrderShown, ...], merchant: Node, vendors: tuple[Node, ...], hub: tuple[int, int], layout: Layout
) -> Iterator[Dot]:
    """The newest first; where a row is full the rest are left out: the table has them all."""
    nodes = {node.store.key: node for node in vendors}
    rows: Counter[tuple[str, str]] = Counter()
    for order in orders:
        for part in order.parts:
            place = PLACES[part.step]
            row = (place, "" if place == "merchant" else part.shop)
            if rows[row] < MOST_IN_A_ROW:
                x, y = _spot(place, rows[row], merchant, nodes[part.shop], hub, layout)
                rows[row] += 1
                yield _dot(order, part, x, y)


def _spot(
    place: str, count: int, merchant: Node, vendor: Node, hub: tuple[int, int], layout: Layout
) -> tuple[int, int]:
    if place == "merchant":
        return merchant.x + 18 + count * DOT, merchant.y + merchant.height + 14
    if place == "vendor":
        return vendor.x + vendor.width - 16 - count * DOT, vendor.y + vendor.height - 14
    middle = vendor.y + vendor.height // 2
    if layout.down:
        return vendor.x - (14 if place == "hub" else 30), middle - (6 if place == "hub" else -8) - count % 3 * DOT
    begin, far = (0.62, 0.09) if place == "hub" else (0.94, 0.07)
    return _on(_curve(vendor, hub), max(0.05, begin - count * far))


def _dot(order: OrderShown, part: PartShown, x: int, y: int) -> Dot:
    return Dot(f"{order.key}--{part.shop}", x, y, part.step, order.name, order.yours)
