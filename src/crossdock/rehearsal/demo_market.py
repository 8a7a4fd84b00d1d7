"""The demo's marketplace: one merchant, five vendors, their goods and the people who buy. All invented.

Not here: trading (demo.py).
"""

from typing import Any

from crossdock_sandbox.traffic.plan import Found, Market, Offer, Shop

MERCHANT = "harbour-and-pine"
NAME = "Harbour & Pine"
CURRENCY = "EUR"
CONTACT = {"name": NAME, "email": "orders@harbour-and-pine.example", "phone": "+4687001122"}

# vendor -> its goods: (title, price, stock, grams). What stands under UNLINKED is not linked yet.
VENDORS: dict[str, tuple[tuple[str, str, int, int], ...]] = {
    "Northwick Ceramics": (
        ("Stoneware Mug, Oat", "24.00", 420, 380),
        ("Stoneware Mug, Ink", "24.00", 380, 380),
        ("Serving Bowl, Speckled", "58.00", 160, 1400),
        ("Pour-over Dripper", "39.50", 210, 520),
        ("Salt Pig", "31.00", 140, 610),
    ),
    "Fjord & Wool": (
        ("Lambswool Throw, Moss", "119.00", 90, 1100),
        ("Lambswool Throw, Ash", "119.00", 95, 1100),
        ("Fisherman Beanie", "34.00", 500, 120),
        ("Felted Slippers", "64.00", 260, 430),
    ),
    "Lumen Lampmakers": (
        ("Desk Lamp No. 4, Brass", "189.00", 75, 2300),
        ("Paper Pendant, 40 cm", "79.00", 180, 600),
        ("Linen Cord Set", "22.50", 640, 210),
        ("Reading Light, Clip-on", "46.00", 330, 340),
    ),
    "Bergamot Tea Room": (
        ("Earl Grey, Loose Leaf 250 g", "14.90", 1200, 260),
        ("Smoked Lapsang 100 g", "11.50", 900, 110),
        ("Jasmine Pearls 100 g", "18.00", 700, 110),
        ("Glass Teapot, 0.8 l", "42.00", 150, 700),
        ("Tea Tin, Set of Three", "27.00", 310, 480),
    ),
    "Saltmarsh Prints": (
        ("Linocut 'Heron', 30 x 40", "68.00", 60, 300),
        ("Linocut 'Tide Table', 50 x 70", "95.00", 45, 450),
        ("Notebook, Marsh Grass", "16.00", 800, 240),
        ("Wrapping Paper, 5 Sheets", "12.00", 950, 180),
    ),
}
# Variants of one product: what it is called, and by what they differ.
VARIANTS: dict[str, tuple[str, str, str]] = {
    "Stoneware Mug, Oat": ("Stoneware Mug", "Glaze", "Oat"),
    "Stoneware Mug, Ink": ("Stoneware Mug", "Glaze", "Ink"),
    "Lambswool Throw, Moss": ("Lambswool Throw", "Colour", "Moss"),
    "Lambswool Throw, Ash": ("Lambswool Throw", "Colour", "Ash"),
}
# vendor -> what it has in its own shop and offers to the marketplace only later, one after another.
NEWCOMERS: dict[str, tuple[tuple[str, str, int, int], ...]] = {
    "Northwick Ceramics": (("Butter Dish with Lid", "36.00", 80, 700),),
    "Fjord & Wool": (("Travel Blanket, Fog", "98.00", 40, 900),),
    "Lumen Lampmakers": (("Wall Light, Rattan", "129.00", 35, 1500),),
    "Bergamot Tea Room": (("Rooibos Vanilla 100 g", "12.50", 400, 110),),
    "Saltmarsh Prints": (("Postcards, Set of Eight", "11.00", 300, 90),),
}
UNLINKED = {
    "Tea Tin, Set of Three": Found.SKU,
    "Wrapping Paper, 5 Sheets": Found.VENDOR_NAME,
}

# first name, last name, street, city, postcode, province code, country code, telephone prefix
BUYERS: tuple[tuple[str, str, str, str, str, str, str, str], ...] = (
    ("Astrid", "Lindqvist", "Storgatan 14", "Uppsala", "753 31", "", "SE", "+4670"),
    ("Élodie", "Marchand", "12 rue des Lilas", "Lyon", "69003", "", "FR", "+336"),
    ("Minjun", "Kim", "서초대로 77길 5", "Seoul", "06611", "KR-11", "KR", "+8210"),
    ("João", "Azevedo", "Rua do Almada 210", "Porto", "4050-032", "PT-13", "PT", "+3519"),
    ("Greta", "Vogel", "Lindenallee 8", "Leipzig", "04109", "", "DE", "+4915"),
    ("ليلى", "حداد", "شارع الحمرا 22", "Beirut", "1103", "", "LB", "+9613"),
    ("Oliver", "Whitcombe", "3 Mill Lane", "Norwich", "NR3 1AD", "ENG", "GB", "+447"),
    ("Giulia", "Ferraro", "Via Garibaldi 41", "Genova", "16124", "GE", "IT", "+393"),
    ("נועה", "ברק", "דיזנגוף 120", "Tel Aviv", "6433222", "", "IL", "+9725"),
    ("Nora 🌲", "Haugen", "Bryggegata 2", "Bergen", "5003", "", "NO", "+479"),
    ("Maya", "Okafor", "88 Fulton Street", "Brooklyn", "11201", "NY", "US", "+1718555"),
    ("陽子", "中村", "神宮前 3-14", "Tokyo", "150-0001", "JP-13", "JP", "+8190"),
    ("Łukasz", "Wiśniewski", "ul. Długa 9", "Gdańsk", "80-827", "", "PL", "+4850"),
    ("Saoirse", "O'Donnell", "17 Quay Street", "Galway", "H91 FD21", "G", "IE", "+35386"),
)
NOTES = ("", "", "", "It is a gift, please no invoice 🎁", "Ring twice", "Please leave it with the neighbour at no. 5")


def market() -> Market:
    """The whole marketplace, the same each time."""
    shops = tuple(_shop(name, goods) for name, goods in VENDORS.items())
    return Market(merchant=MERCHANT, name=NAME, currency=CURRENCY, shops=shops)


def buyer(row: tuple[str, str, str, str, str, str, str, str], number: int) -> tuple[dict[str, str], dict[str, Any]]:
    """The person and postal address of one of BUYERS, as the control API takes them; `number` makes the phone."""
    first, last, street, city, postcode, province, country, prefix = row
    phone = f"{prefix}{number:06d}"
    person = {"first_name": first, "last_name": last, "email": f"buyer-{number}@example.com", "phone": phone}
    address = {
        "first_name": first,
        "last_name": last,
        "company": "",
        "address1": street,
        "address2": "",
        "city": city,
        "province_code": province,
        "country_code": country,
        "zip": postcode,
        "phone": phone,
    }
    return person, address


def is_new(offer: Offer) -> bool:
    """The vendor offers it to the marketplace only later."""
    return any(offer.title == title for goods in NEWCOMERS.values() for title, *_ in goods)


def _shop(name: str, goods: tuple[tuple[str, str, int, int], ...]) -> Shop:
    key = "".join(letter if letter.isalnum() else "-" for letter in name.lower()).replace("---", "-")
    offers = tuple(_offer(key, name, number, *each) for number, each in enumerate((*goods, *NEWCOMERS[name]), 1))
    return Shop(key=key, name=name, email=f"hello@{key}.example", offers=offers)


def _offer(shop: str, vendor: str, number: int, title: str, price: str, stock: int, weight: int) -> Offer:
    found = UNLINKED.get(title, Found.LINK)
    title, *option = VARIANTS.get(title, (title,))
    sku = f"{''.join(word[0] for word in vendor.split() if word.isalpha())}-{number:03d}".upper()
    return Offer(
        key=f"{shop}:{number}",
        shop=shop,
        title=title,
        sku=sku,
        price=price,
        listing_title=f"{title} by {vendor}" if found is Found.VENDOR_NAME else title,
        listing_sku="" if found is Found.VENDOR_NAME else sku,
        listing_vendor=vendor,
        found=found,
        weight=weight,
        stock=stock,
        product=f"{shop}:{title}" if option else "",
        options=((option[0], option[1]),) if option else (),
        html=f"<p>{title}, made by {vendor}.</p>",
        tags=tuple(vendor.split()[-1:]),
    )
