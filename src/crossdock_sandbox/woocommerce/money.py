"""Amounts as WooCommerce writes them. Not for adding them up."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

CENT = Decimal("0.01")


def shown(amount: Decimal) -> str:
    """Two decimals."""
    return str(cent(amount))


def cent(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def number(amount: Decimal) -> float | int:
    """As PHP writes a float: whole ones without a point."""
    value = float(amount)
    return int(value) if value.is_integer() else value


def read(text: object) -> Decimal | None:
    """An amount that was sent; None: there is no number in it."""
    try:
        amount = Decimal(str(text).strip())
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "BRL": "R$", "CHF": "CHF", "JPY": "¥"}


def html(amount: Decimal, currency: str, *, hidden: bool = False) -> str:
    """A price as the shop front shows it."""
    mark = ' aria-hidden="true"' if hidden else ""
    sign = f'<span class="woocommerce-Price-currencySymbol">{_entity(currency)}</span>'
    return f'<span class="woocommerce-Price-amount amount"{mark}><bdi>{sign}{shown(amount)}</bdi></span>'


def _entity(currency: str) -> str:
    return "".join(f"&#{ord(each)};" if not each.isalpha() else each for each in SYMBOLS.get(currency, currency))


def price_html(regular: str, sale: str, currency: str) -> str:
    amount = read(regular)
    if amount is None:
        return ""
    lower = read(sale)
    if lower is None:
        return html(amount, currency)
    sign = _entity(currency).replace("&#", "&#0")
    was = f'<span class="screen-reader-text">Original price was: {sign}{shown(amount)}.</span>'
    now = f'<span class="screen-reader-text">Current price is: {sign}{shown(lower)}.</span>'
    return (
        f'<del aria-hidden="true">{html(amount, currency)}</del> {was}'
        f'<ins aria-hidden="true">{html(lower, currency)}</ins>{now}'
    )


def range_html(low: Decimal, high: Decimal, currency: str) -> str:
    if low == high:
        return html(low, currency)
    sign = _entity(currency)
    dash = ' <span aria-hidden="true">&ndash;</span> '
    told = f"Price range: {sign}{shown(low)} through {sign}{shown(high)}"
    both = html(low, currency, hidden=True) + dash + html(high, currency, hidden=True)
    return f'{both}<span class="screen-reader-text">{told}</span>'
