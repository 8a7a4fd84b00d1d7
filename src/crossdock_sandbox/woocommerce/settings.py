"""The shop's settings and state, as a connection test asks for them. Not for changing them (`control_shops.py`)."""

from typing import Any

from crossdock_sandbox.woocommerce import money
from crossdock_sandbox.woocommerce.call import Call, Reply, links
from crossdock_sandbox.woocommerce.errors import RestError
from crossdock_sandbox.woocommerce.shop import Shop
from crossdock_sandbox.woocommerce.tracking import SPACES

Json = dict[str, Any]
_SPACES = ("oembed/1.0", "wc/v3", "wc/v1", "jetpack/v4", "wc-admin", "wc-analytics", "wc/store", "wc/store/v1",
           "wc/private", "wc/v2", "wc-admin-email", "wc-telemetry", "wccom-site/v3", "wp/v2", "wp-site-health/v1",
           "wp-block-editor/v1", "wp-abilities/v1")  # fmt: skip


def index(call: Call) -> Reply:
    """How a client finds that a site has WooCommerce. Needs no keys."""
    shop = call.shop
    spaces = [*_SPACES, *(space for name, space in SPACES.items() if name in shop.site.tracking)]
    offset = call.world.now().astimezone(shop.zone).utcoffset()
    hours = (offset.total_seconds() if offset else 0) / 3600
    body = {
        "name": shop.title,
        "description": "",
        "url": call.address.replace("https://", "http://"),
        "home": call.address,
        "gmt_offset": int(hours) if hours == int(hours) else hours,
        "timezone_string": shop.site.zone,
        "namespaces": spaces,
    }
    fields = str(call.query.get("_fields", ""))
    return Reply({name: value for name, value in body.items() if name in fields.split(",")} if fields else body)


def space(call: Call) -> Reply:
    return Reply({"namespace": "wc/v3", "routes": {}})


def _values(shop: Shop) -> dict[str, Json]:
    site = shop.site
    return {
        "general": {
            "woocommerce_default_country": shop.country,
            "woocommerce_calc_taxes": "no" if site.tax_rate is None else "yes",
            "woocommerce_currency": shop.currency,
            "woocommerce_price_num_decimals": "2",
        },
        "products": {
            "woocommerce_weight_unit": site.weight_unit,
            "woocommerce_dimension_unit": "cm",
            "woocommerce_manage_stock": "yes",
            "woocommerce_notify_no_stock_amount": "0",
            "woocommerce_hold_stock_minutes": "60",
        },
        "tax": {"woocommerce_prices_include_tax": "yes" if site.prices_include_tax else "no"},
    }


def _show(call: Call, group: str, name: str, value: Any) -> Json:
    path = f"settings/{group}/{name}"
    return {"id": name, "label": name.removeprefix("woocommerce_").replace("_", " "), "description": "",
            "type": "text", "default": "", "value": value, "group_id": group,
            "_links": links(call, path, f"settings/{group}")}  # fmt: skip


def group(call: Call, names: tuple[str, ...]) -> Reply:
    rows = _values(call.shop).get(names[0])
    if rows is None:
        raise RestError("rest_setting_setting_group_invalid", "Invalid setting group.", 404)
    return Reply([_show(call, names[0], name, value) for name, value in rows.items()])


def one(call: Call, names: tuple[str, ...]) -> Reply:
    rows = _values(call.shop).get(names[0])
    if rows is None:
        raise RestError("rest_setting_setting_group_invalid", "Invalid setting group.", 404)
    if names[1] not in rows:
        raise RestError("rest_setting_setting_invalid", "Invalid setting.", 404)
    return Reply(_show(call, names[0], names[1], rows[names[1]]))


def currency(call: Call) -> Reply:
    code = call.shop.currency
    return Reply({"code": code, "name": code, "symbol": money.SYMBOLS.get(code, code),
                  "_links": links(call, f"data/currencies/{code}", "data/currencies")})  # fmt: skip


def system_status(call: Call) -> Reply:
    shop = call.shop
    site = shop.site
    plugins = {
        "shipment_tracking": "WooCommerce Shipment Tracking",
        "ast": "Advanced Shipment Tracking for WooCommerce",
    }
    active = [{"plugin": "woocommerce/woocommerce.php", "name": "WooCommerce", "version": site.version}]
    active += [{"plugin": f"{name}/{name}.php", "name": words, "version": "3.0"}
               for name, words in plugins.items() if name in site.tracking]  # fmt: skip
    return Reply({
        "environment": {
            "home_url": call.address, "site_url": call.address, "version": site.version, "wp_version": site.wp_version,
            "wp_multisite": False, "wp_cron": True, "language": "en_US", "php_version": "8.2.36",
            "default_timezone": "UTC",
        },
        "active_plugins": active,
        "settings": {
            "api_enabled": False, "force_ssl": False, "currency": shop.currency,
            "currency_symbol": money.SYMBOLS.get(shop.currency, shop.currency), "currency_position": "left",
            "thousand_separator": ",", "decimal_separator": ".", "number_of_decimals": 2, "geolocation_enabled": False,
            "HPOS_enabled": site.hpos, "order_datastore": "OrdersTableDataStore" if site.hpos else "CPT",
            "HPOS_sync_enabled": False,
        },
        "security": {"secure_connection": call.address.startswith("https"), "hide_errors": True},
    })  # fmt: skip
