"""The private note that goes with an order: what Vendure's orders have no field for, in words that are read again.

One note an order, found by its first line and rewritten by edits. Not here: sending it (orders.py).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from crossdock.core.orders import Attribute
from crossdock.core.vendor_order import OrderChanges, VendorOrderDraft

TITLE = "Crossdock"
ORDER, EMAIL, PHONE, NOTE, TAGS, DETAILS = "Marketplace order", "E-mail", "Phone", "Note", "Tags", "Details"
SHARED = "Items put together"  # "11 = 1 + 2": order line 11 is two lines of the marketplace's, of 1 and 2 pieces
_MORE = "\n  "  # a line that begins so goes on with the one before
HIDDEN = "_"  # properties that begin so are apps' own and kept off what buyers are shown


def written(draft: VendorOrderDraft, shared: Mapping[str, list[int]]) -> str:
    """The note of a new order. `shared`: pieces by order line, of lines that Vendure put together."""
    fields = {
        TITLE: draft.reference,
        ORDER: draft.order_name,
        EMAIL: draft.contact.email,
        PHONE: draft.contact.phone,
        NOTE: draft.note,
        TAGS: ", ".join(draft.tags),
        DETAILS: "\n".join([*_details(draft.attributes), *_properties(draft)]),
        SHARED: "\n".join(f"{line} = {' + '.join(map(str, parts))}" for line, parts in shared.items()),
    }
    return text(fields)


def edited(note: str, changes: OrderChanges) -> str:
    """The note with these changes; what is made of a line (its properties) stays."""
    fields = read(note)
    if changes.email is not None:
        fields[EMAIL] = changes.email
    if changes.phone is not None:
        fields[PHONE] = changes.phone
    if changes.note is not None:
        fields[NOTE] = changes.note
    if changes.tags is not None:
        fields[TAGS] = ", ".join(changes.tags)
    if changes.attributes is not None:
        kept = [line for line in fields.get(DETAILS, "").split("\n") if line.startswith(_ITEM)]
        fields[DETAILS] = "\n".join([*_details(changes.attributes), *kept])
    return text(fields)


def text(fields: Mapping[str, str]) -> str:
    return "\n".join(f"{name}: {value.replace(chr(10), _MORE)}" for name, value in fields.items() if value)


def read(note: str) -> dict[str, str]:
    """The fields of a note, those that a person wrote into it too."""
    found: dict[str, str] = {}
    for line in note.replace(_MORE, "\0").split("\n"):
        name, colon, value = line.partition(": ")
        if colon:
            found[name] = value.replace("\0", "\n")
    return found


def ours(data: Mapping[str, Any]) -> str:
    """The text of a history entry, if it is the note of ours; "" otherwise."""
    said = str(data.get("note", ""))
    return said if said.startswith(f"{TITLE}: ") else ""


def shared(note: str) -> dict[str, list[int]]:
    """Pieces by order line, as `written` was given them."""
    found = {}
    for row in read(note).get(SHARED, "").split("\n"):
        line, equals, parts = row.partition(" = ")
        pieces = parts.split(" + ")
        if equals and all(piece.isdecimal() for piece in pieces):
            found[line] = [int(piece) for piece in pieces]
    return found


_ITEM = "For "


def _details(attributes: Iterable[Attribute]) -> list[str]:
    return [f"{one.name}: {_one_line(one.value)}" for one in attributes if not one.name.startswith(HIDDEN)]


def _properties(draft: VendorOrderDraft) -> list[str]:
    """What a line is to be made like, an engraving say."""
    rows = []
    for line in draft.lines:
        shown = [f"{one.name}: {_one_line(one.value)}" for one in line.properties if not one.name.startswith(HIDDEN)]
        rows += [f"{_ITEM}{line.title}: {', '.join(shown)}"] if shown else []
    return rows


def _one_line(value: str) -> str:
    return " / ".join(value.split("\n"))
