"""The API's addresses, all below /api/v1/. Not here: the endpoints, which each resource's file has."""

from typing import Any

from django.urls import path
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from crossdock.api import (
    about,
    add_ons,
    attention,
    links,
    listings,
    logs,
    orders,
    privacy,
    products,
    settings,
    stock,
    stores,
    vendor_orders,
    vendors,
    webhooks,
)
from crossdock.api.caller import admitted
from crossdock.api.document import document
from crossdock.api.problems import handle
from crossdock.api.shapes import StrictParser

DESCRIPTION = (
    "Everything that Crossdock's pages do. Send `Authorization: Bearer cdk_...`; an owner makes tokens under API"
    " tokens. A token is of one marketplace, or of one vendor there."
)


class Api(NinjaAPI):
    """ninja's, with what all endpoints have in common in its document."""

    def get_openapi_schema(self, **values: Any) -> OpenAPISchema:
        return document(super().get_openapi_schema(**values), self)

    def get_openapi_operation_id(self, operation: Any) -> str:
        return str(operation.view_func.__name__)


api = Api(
    title="Crossdock",
    version="1",
    description=DESCRIPTION,
    urls_namespace="api",
    docs_url=None,
    parser=StrictParser(),
)
handle(api)
api.add_decorator(admitted, mode="view")
for resource in (
    about, orders, vendor_orders, attention, products, listings, links, stock, vendors, stores, settings, add_ons,
    webhooks, logs, privacy,
):  # fmt: skip
    api.add_router("", resource.router)

urlpatterns = [path("api/v1/", api.urls)]
