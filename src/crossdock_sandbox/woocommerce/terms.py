"""Categories, tags, brands and shared attributes of products: list, read, create. Not for a product's own."""

from typing import Any

from crossdock_sandbox.woocommerce import catalogue, lists
from crossdock_sandbox.woocommerce.call import Call, Reply, links
from crossdock_sandbox.woocommerce.errors import RestError
from crossdock_sandbox.woocommerce.state import Term

Json = dict[str, Any]


def listing(call: Call) -> Reply:
    lists.checked(call, ("id", "include", "name", "slug", "term_group", "description", "count"))
    word, slug = str(call.query.get("search", "")).lower(), str(call.query.get("slug", ""))
    kind = _kind(call)
    rows = [one for one in call.shop.terms.get(kind, {}).values()
            if word in one.name.lower() and (not slug or one.slug == slug)]  # fmt: skip
    query = call.query
    call.query = {"orderby": "name", "order": "asc", **query}
    reply = lists.page(call, rows, lambda one: _show(call, one), {"date": lambda one: one.name.lower(),
                                                                  "id": lambda one: one.id})  # fmt: skip
    call.query = query
    return reply


def _kind(call: Call) -> str:
    return call.resource.rpartition("/")[2]


def get(call: Call) -> Reply:
    it = call.shop.terms.get(_kind(call), {}).get(call.ids[0])
    if it is None:
        raise RestError("woocommerce_rest_term_invalid", "Resource does not exist.", 404)
    return Reply(_show(call, it))


def create(call: Call) -> Reply:
    name, kind = str(call.body.get("name", "")), _kind(call)
    if not name:
        raise RestError("rest_missing_callback_param", "Missing parameter(s): name", 400, params=["name"])
    old = next((one for one in call.shop.terms.get(kind, {}).values() if one.name.lower() == name.lower()), None)
    if old is not None:
        words = "A term with the name provided already exists with this parent."
        raise RestError("term_exists", words, 400, resource_id=old.id)
    made = catalogue.term(call.shop, kind, name)
    return Reply(_show(call, made), 201, {"Location": f"{call.api}/products/{kind}/{made.id}"})


def _show(call: Call, it: Term) -> Json:
    kind = _kind(call)
    shape: Json = {"id": it.id, "name": it.name, "slug": it.slug}
    if kind == "attributes":
        shape["slug"] = f"pa_{it.slug}"
        shape |= {"type": "select", "order_by": "menu_order", "has_archives": False}
    else:
        counted = it.id in call.shop.by_category and len(call.shop.by_category[it.id])
        shape |= {"description": "", "count": int(counted) if kind == "categories" else 0}
        if kind == "categories":
            shape |= {"parent": 0, "display": "default", "image": None, "menu_order": 0}
    return shape | {"_links": links(call, f"products/{kind}/{it.id}", f"products/{kind}")}
