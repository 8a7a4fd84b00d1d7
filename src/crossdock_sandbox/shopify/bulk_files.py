"""The download of a bulk operation's lines: whole or in a range, with the faults on the way. No token is asked for:
the address is the secret, as at Shopify's file store."""

import re
from typing import TYPE_CHECKING, Any

from crossdock_sandbox.errors import Dropped
from crossdock_sandbox.files import FilePart
from crossdock_sandbox.shopify.bulk_state import Bulk
from crossdock_sandbox.shopify.shop import Shop

if TYPE_CHECKING:
    from crossdock_sandbox.world import Sandbox

PATH = re.compile(r"/bulk/(\d+)-([0-9a-f-]+)\.jsonl")
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_TYPE = {"Content-Type": "application/jsonl", "Accept-Ranges": "bytes"}
FileAnswer = tuple[int, dict[str, str], Any]


async def answer(world: "Sandbox", shop: Shop, path: str, headers: dict[str, str]) -> FileAnswer:
    found = PATH.fullmatch(path)
    bulk = shop.bulks.get(int(found.group(1))) if found else None
    if found is None or bulk is None or bulk.token != found.group(2) or not bulk.alive(world.now()):
        return 404, {"Content-Type": "application/xml"}, b"<Error><Code>NoSuchKey</Code></Error>"
    fault = world.faults.call("file", shop.name, ("download",))
    if fault is not None and fault.kind != "fail":
        world.counters[f"faults.{fault.kind}"] += 1
        if fault.kind == "error_before":
            return 503, {"Content-Type": "application/xml"}, b"<Error><Code>ServiceUnavailable</Code></Error>"
        if fault.kind in ("slow", "timeout_before"):
            await world.sleep(fault.seconds)
        if fault.kind == "timeout_before":
            raise Dropped("no answer in time")
    cut = fault is not None and fault.kind == "drop"
    return _part(world, shop, bulk, headers.get("range", ""), cut)


def _part(world: "Sandbox", shop: Shop, bulk: Bulk, wanted: str, cut: bool) -> FileAnswer:
    size = bulk.file.size
    found = _RANGE.fullmatch(wanted)
    start, end, status = 0, size, 200
    if found is not None and (found.group(1) or found.group(2)):
        status = 206
        if found.group(1):
            start, end = int(found.group(1)), min(size, int(found.group(2) or size - 1) + 1)
        else:
            start = max(0, size - int(found.group(2)))
        if start >= size or start >= end:
            return 416, {**_TYPE, "Content-Range": f"bytes */{size}"}, b""
    if end == size and not cut and bulk.told:
        world.tell(shop, frozenset(bulk.told), bulk.as_of, "file")
    marks = {"Content-Range": f"bytes {start}-{end - 1}/{size}"} if status == 206 else {}
    return status, {**_TYPE, **marks}, FilePart(bulk.file, start, end, cut)
