"""What a store should tell us, kept as desired state: read once, and one write only where something differs.

With it goes the definition of the metafield that finding by reference needs. Not here: the deliveries (webhooks.py).
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from crossdock.connector.contract import Role, Subscriptions
from crossdock.connector.errors import Rejected
from crossdock.platforms.shopify import wire
from crossdock.platforms.shopify.client import Graph, refuse
from crossdock.platforms.shopify.documents import Document, document
from crossdock.platforms.shopify.drafts import KEY, NAMESPACE

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
# The merchant's own fields; with them an order's webhook is as whole as a read of it.
METAFIELDS = ("custom",)

# Topic -> metafield namespaces its bodies should carry. orders/updated fires for payment, edits, cancellation and
# fulfilment too, so that no topic of their own is needed; it may come before orders/create (FACTS section 10).
# Of the merchant's catalogue only deletions are told: what its orders do to its stock the hub accounts for itself, and
# what a person edits is seen when a listing is next written, and by the whole pass.
WANTED: Mapping[Role, Mapping[str, tuple[str, ...]]] = {
    Role.MERCHANT: {
        "ORDERS_CREATE": METAFIELDS,
        "ORDERS_UPDATED": METAFIELDS,
        "ORDERS_DELETE": (),
        "PRODUCTS_DELETE": (),
        "APP_UNINSTALLED": (),
    },
    Role.VENDOR: {
        "PRODUCTS_CREATE": (),
        "PRODUCTS_UPDATE": (),
        "PRODUCTS_DELETE": (),
        "INVENTORY_LEVELS_UPDATE": (),
        "FULFILLMENTS_CREATE": (),
        "FULFILLMENTS_UPDATE": (),
        "ORDERS_CANCELLED": (),
        "ORDERS_DELETE": (),
        "APP_UNINSTALLED": (),
    },
}


class Subscription(Struct, rename="camel"):
    id: str
    topic: str
    uri: str
    format: str = "JSON"
    metafield_namespaces: list[str] = []


class _Page(Struct, rename="camel"):
    nodes: list[Subscription]
    page_info: wire.PageInfo


class _Name(Struct):
    name: str


class _Definition(Struct):
    id: str
    key: str
    type: _Name


class _Definitions(Struct):
    nodes: list[_Definition] = []


class _There(Struct, rename="camel"):
    webhook_subscriptions: _Page
    metafield_definitions: _Definitions


class _Payload(Struct, rename="camel"):
    user_errors: list[wire.UserError]


class Changes(Struct, frozen=True):
    """What is to be written. `updates` pairs a subscription's id with its topic."""

    creates: tuple[str, ...] = ()
    updates: tuple[tuple[str, str], ...] = ()
    deletes: tuple[str, ...] = ()
    define: bool = False

    def __bool__(self) -> bool:
        return bool(self.creates or self.updates or self.deletes or self.define)


async def ensure(graph: Graph, role: Role, address: str) -> Subscriptions:
    _only_https(address)
    there, defined = await _read(graph, OWNERS[role])
    changes = plan(there, WANTED[role], address, defined=defined)
    if changes:
        await _write(graph, changes, WANTED[role], address, OWNERS[role])
    done = [*changes.creates, *(topic for _, topic in changes.updates), *changes.deletes]
    return Subscriptions(address, tuple(WANTED[role]), (*done, *(["definition"] if changes.define else [])))


async def remove(graph: Graph) -> None:
    there, _ = await _read(graph, OWNERS[graph.connection.role])
    changes = Changes(deletes=tuple(each.id for each in there if _ours(each)))
    if changes:
        await _write(graph, changes, {}, "", "")


def plan(there: list[Subscription], wanted: Mapping[str, tuple[str, ...]], address: str, *, defined: bool) -> Changes:
    """The difference between what there is and what should be. An app sees its own subscriptions only, so that any
    other http address is an old one of ours."""
    right: set[str] = set()
    spare: dict[str, list[Subscription]] = {}
    deletes: list[str] = []
    for each in filter(_ours, there):
        if each.topic in wanted and each.topic not in right and _is_right(each, wanted[each.topic], address):
            right.add(each.topic)
        else:
            spare.setdefault(each.topic, []).append(each)
    updates: list[tuple[str, str]] = []
    for topic, subscriptions in spare.items():
        if topic in wanted and topic not in right:
            updates.append((subscriptions.pop(0).id, topic))
            right.add(topic)
        deletes += [each.id for each in subscriptions]
    creates = tuple(topic for topic in wanted if topic not in right)
    return Changes(creates, tuple(updates), tuple(deletes), not defined)


def write_document(
    changes: Changes, wanted: Mapping[str, tuple[str, ...]], address: str, owner: str
) -> tuple[Document, dict[str, Any]]:
    """One mutation document that carries all of `changes`, with its variables."""
    fields: list[str] = []
    kinds: dict[str, str] = {}
    values: dict[str, Any] = {}
    for index, topic in enumerate(changes.creates):
        kinds |= {f"t{index}": "WebhookSubscriptionTopic!", f"c{index}": "WebhookSubscriptionInput!"}
        values |= {f"t{index}": topic, f"c{index}": _subscription(wanted[topic], address)}
        fields.append(
            f"create{index}: webhookSubscriptionCreate(topic: $t{index}, webhookSubscription: $c{index}) {_ERRORS}"
        )
    for index, (number, topic) in enumerate(changes.updates):
        kinds |= {f"i{index}": "ID!", f"u{index}": "WebhookSubscriptionInput!"}
        values |= {f"i{index}": number, f"u{index}": _subscription(wanted[topic], address)}
        fields.append(
            f"update{index}: webhookSubscriptionUpdate(id: $i{index}, webhookSubscription: $u{index}) {_ERRORS}"
        )
    for index, number in enumerate(changes.deletes):
        kinds[f"d{index}"], values[f"d{index}"] = "ID!", number
        fields.append(f"delete{index}: webhookSubscriptionDelete(id: $d{index}) {_ERRORS}")
    if changes.define:
        kinds["definition"], values["definition"] = "MetafieldDefinitionInput!", definition(owner)
        fields.append(
            "define: metafieldDefinitionCreate(definition: $definition) { userErrors { field message code } }"
        )
    declared = ", ".join(f"${name}: {kind}" for name, kind in kinds.items())
    text = f"mutation WriteSubscriptions({declared}) {{ {' '.join(fields)} }}"
    return Document("WriteSubscriptions", text, True, 10.0 * len(fields)), values


_ERRORS = "{ userErrors { field message } }"

# What is found by our reference: orders at vendors, listings at the merchant.
OWNERS = {Role.VENDOR: "ORDER", Role.MERCHANT: "PRODUCT"}


def definition(owner: str) -> dict[str, Any]:
    return {
        "name": "Crossdock reference",
        "namespace": NAMESPACE,
        "key": KEY,
        "ownerType": owner,
        "type": "id",
        "capabilities": {"uniqueValues": {"enabled": True}},  # a definition of type id is refused without it
    }


# A repeated write finds these; they mean that it is there.
_THERE_ALREADY = ("has already been taken", "is in use", "does not exist", "not found")


async def _read(graph: Graph, owner: str) -> tuple[list[Subscription], bool]:
    found: list[Subscription] = []
    after: str | None = None
    while True:
        answer = await graph.call(document("ReadSubscriptions"), {"after": after, "owner": owner}, _There)
        found += answer.webhook_subscriptions.nodes
        defined = any(each.type.name == "id" for each in answer.metafield_definitions.nodes)
        if not answer.webhook_subscriptions.page_info.has_next_page:
            return found, defined
        after = answer.webhook_subscriptions.page_info.end_cursor


async def _write(
    graph: Graph, changes: Changes, wanted: Mapping[str, tuple[str, ...]], address: str, owner: str
) -> None:
    written, values = write_document(changes, wanted, address, owner)
    answer = await graph.call(written, values, dict[str, _Payload])
    errors = [error for payload in answer.values() for error in payload.user_errors]
    refuse(written.name, [error for error in errors if not _harmless(error)])


def _harmless(error: wire.UserError) -> bool:
    return error.code == "TAKEN" or any(words in error.message for words in _THERE_ALREADY)


def _subscription(namespaces: tuple[str, ...], address: str) -> dict[str, Any]:
    return {"uri": address, "format": "JSON", "metafieldNamespaces": list(namespaces)}


def _is_right(of: Subscription, namespaces: tuple[str, ...], address: str) -> bool:
    return of.uri == address and of.format == "JSON" and set(of.metafield_namespaces) == set(namespaces)


def _ours(of: Subscription) -> bool:
    return of.uri.startswith(("https://", "http://"))


def _only_https(address: str) -> None:
    """Shopify refuses plain http; only sandbox stores on this machine take it."""
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise Rejected(
            f"webhooks need an https address, not {parts.scheme}://", code="address", call="WriteSubscriptions"
        )
