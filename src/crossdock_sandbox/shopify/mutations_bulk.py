"""Starting and cancelling bulk queries (FACTS section 11). Bulk mutations are not simulated."""

from typing import Any

from crossdock_sandbox.shopify import bulk
from crossdock_sandbox.shopify.bulk_state import Bulk
from crossdock_sandbox.shopify.graph import Args, Context, number_of
from crossdock_sandbox.shopify.scopes import missing_scope
from crossdock_sandbox.shopify.show import Table
from crossdock_sandbox.shopify.user_errors import user_error

Json = dict[str, Any]


def run_query(_root: Any, args: Args, ctx: Context) -> Json:
    from crossdock_sandbox.shopify import api  # which knows all mutations, this one too

    document = api.current().document(args["query"])
    if document.errors:
        return _refused(f"Invalid bulk query: {document.errors[0].message}", "INVALID")
    operation = document.pick(None)
    words = bulk.problem(operation) if operation else "Bulk queries must contain one operation."
    if words or operation is None:
        return _refused(words or "", "INVALID")
    running = [one for one in ctx.shop.bulks.values() if one.open]
    if len(running) >= bulk.AT_ONCE:
        words = f"A bulk query operation for this app and shop is already in progress: {running[0].id}."
        return _refused(words, "OPERATION_IN_PROGRESS")
    made = Bulk(ctx.world.id(), args["query"], ctx.world.now(), ctx.world.uuid())
    made.address = f"{ctx.world.base_url}/shopify/{ctx.shop.name}/bulk/{made.id}-{made.token}.jsonl"
    ctx.shop.bulks[made.id] = made
    run = bulk.Run(ctx.world, ctx.shop, made, operation, bool(args.get("groupObjects")))
    if missing_scope(ctx.shop, run.root.name):
        ctx.world.later(ctx.world.job_delay, lambda: run.end("FAILED", "ACCESS_DENIED"))
    else:
        ctx.world.later(ctx.world.job_delay, run.begin)
    return {"bulkOperation": made, "userErrors": []}


def _refused(words: str, code: str) -> Json:
    return {"bulkOperation": None, "userErrors": [user_error(words, ["query"], code)]}


def cancel(_root: Any, args: Args, ctx: Context) -> Json:
    found = ctx.shop.bulks.get(number_of(args["id"], "BulkOperation"))
    if found is None:
        return {"bulkOperation": None, "userErrors": [user_error("Bulk operation does not exist", ["id"])]}
    if not found.open:
        words = f"A bulk operation cannot be canceled when it is {found.status.lower()}"
        return {"bulkOperation": found, "userErrors": [user_error(words, ["id"])]}
    found.status = "CANCELING"
    return {"bulkOperation": found, "userErrors": []}


TABLE: Table = {"bulkOperationRunQuery": run_query, "bulkOperationCancel": cancel}
