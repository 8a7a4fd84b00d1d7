"""What is asked of the Admin API, as GraphQL. Written for Vendure 3; checked against a real server in tests.

Fields of one mutation are carried out one after the other, so that the steps of an order are one call. Not here:
sending (client.py), variables (drafts.py).
"""

from collections.abc import Iterable

ORDER = """
fragment Order on Order {
  id code state orderPlacedAt updatedAt currencyCode couponCodes totalWithTax
  customer { emailAddress }
  lines { id quantity productVariant { id } }
  payments { state amount refunds { state total } }
  fulfillments { id state method trackingCode createdAt updatedAt lines { orderLineId quantity } }
  last: history(options: { take: 1, sort: { createdAt: DESC } }) { items { createdAt } }
  notes: history(options: { filter: { type: { eq: "ORDER_NOTE" } }, sort: { createdAt: ASC } }) { items { id data } }
}
"""
READ_ORDER = ORDER + "query ($id: ID!) { order(id: $id) { ...Order } }"
LIST_ORDERS = ORDER + "query ($options: OrderListOptions!) { orders(options: $options) { items { ...Order } } }"

# By its customer, whose e-mail is made of our reference, and by its payment, which has it too: customers are deleted.
FIND = (
    ORDER
    + """
query ($email: String!, $reference: String!) {
  customers(options: { filter: { emailAddress: { eq: $email } } }) { items { orders { items { ...Order } } } }
  orders(options: { filter: { transactionId: { eq: $reference } } }) { items { ...Order } }
}
"""
)
PROMOTIONS = "promotions(options: { filter: { name: { eq: $promotion } } }) { items { id name enabled couponCode } }"
READ_PROMOTION = "query ($promotion: String!) { " + PROMOTIONS + " }"
# A customer's orders are told without drafts.
DRAFTS = """
  drafts: orders(options: { filter: { state: { eq: "Draft" } }, sort: { createdAt: DESC }, take: 100 }) {
    items { ...Order }
  }
  """
BEGIN = (
    FIND.replace("$reference: String!)", "$reference: String!, $promotion: String!)").rstrip().removesuffix("}")
    + DRAFTS
    + PROMOTIONS
    + "}"
)

MAKE_PROMOTION = """
mutation ($input: CreatePromotionInput!) {
  createPromotion(input: $input) { ... on ErrorResult { errorCode message } }
}
"""
CHANGE_PROMOTION = """
mutation ($input: UpdatePromotionInput!) {
  updatePromotion(input: $input) { ... on ErrorResult { errorCode message } }
}
"""

NEW_DRAFT = "mutation { createDraftOrder { id } }"
DROP_DRAFT = "mutation ($id: ID!) { deleteDraftOrder(orderId: $id) { result } }"
DROP_ARRANGING = (
    'mutation ($id: ID!) { moved: transitionOrderToState(id: $id, state: "Cancelled") {'
    " ... on ErrorResult { errorCode message } } }"
)

_RESULT = """{
    ... on ErrorResult { errorCode message }
    ... on Order { id currencyCode totalWithTax shippingWithTax lines { id quantity productVariant { id } } } }"""
_TRIED = "{ ... on ErrorResult { errorCode message } }"
_MOVED = (
    "{ ... on Order { state totalWithTax } ... on OrderStateTransitionError { errorCode message: transitionError } }"
)


def fill(items: Iterable[int], *, shipping: bool, billing: bool) -> str:
    """What a draft is of: customer, addresses, items."""
    numbers = list(items)
    variables = ["$id: ID!", "$customer: CreateCustomerInput!"]
    variables += [f"$item{n}: AddItemToDraftOrderInput!" for n in numbers]
    steps = ["customer: setCustomerForDraftOrder(orderId: $id, input: $customer) " + _TRIED]
    for wanted, name, field in ((shipping, "shipping", "Shipping"), (billing, "billing", "Billing")):
        if wanted:
            variables.append(f"${name}: CreateAddressInput!")
            steps.append(f"{name}: setDraftOrder{field}Address(orderId: $id, input: ${name}) {{ id }}")
    steps += [f"item{n}: addItemToDraftOrder(orderId: $id, input: $item{n}) {_TRIED}" for n in numbers]
    return f"mutation ({', '.join(variables)}) {{\n  " + "\n  ".join(steps) + "\n}"


METHODS = """
query ($id: ID!) { eligibleShippingMethodsForDraftOrder(orderId: $id) { id name priceWithTax } }
"""
# The coupon comes last, so that the step before it tells what the store itself would ask.
LET_IN = f"""
mutation ($id: ID!, $method: ID!, $coupon: String!) {{
  asked: setDraftOrderShippingMethod(orderId: $id, shippingMethodId: $method) {_RESULT}
  let: applyCouponCodeToDraftOrder(orderId: $id, couponCode: $coupon) {_RESULT}
}}
"""


def move(name: str, state: str) -> str:
    return f'{name}: transitionOrderToState(id: $id, state: "{state}") {_MOVED}'


PLACED = (move("arranging", "ArrangingPayment"), move("placed", "PaymentSettled"))
PRICED = (move("opened", "Modifying"), "priced: modifyOrder(input: $priced) " + _RESULT)
OWED = (move("owed", "ArrangingAdditionalPayment"),)
PAID = ("paid: addManualPaymentToOrder(input: $payment) " + _RESULT,)
NOTED = ("noted: addNoteToOrder(input: $note) { id }",)
STANDS = (move("settled", "PaymentSettled"),)
VARIABLES = {
    "id": "ID!",
    "priced": "ModifyOrderInput!",
    "payment": "ManualPaymentInput!",
    "note": "AddNoteToOrderInput!",
}


def steps(*parts: tuple[str, ...]) -> str:
    """A mutation of these steps of one order, $id, with the variables that they want."""
    chosen = [step for part in parts for step in part]
    text = "\n  ".join(chosen)
    wanted = [f"${name}: {kind}" for name, kind in VARIABLES.items() if f"${name}" in text]
    return f"mutation ({', '.join(wanted)}) {{\n  {text}\n}}"


CANCEL = "mutation ($input: CancelOrderInput!) { moved: cancelOrder(input: $input) " + _RESULT + " }"
REWRITE_NOTE = "mutation ($input: UpdateOrderNoteInput!) { updateOrderNote(input: $input) { id } }"

VARIANT = """
fragment Variant on ProductVariant {
  id sku price updatedAt trackInventory outOfStockThreshold useGlobalOutOfStockThreshold
  options { name groupId }
  stockLevels { stockLocationId stockOnHand stockAllocated updatedAt }
}
"""
PRODUCT = (
    VARIANT
    + """
fragment Product on Product {
  id name slug description enabled createdAt updatedAt
  optionGroups { id name options { name } }
  featuredAsset { id }
  assets { id type source }
  variants { ...Variant }
}
"""
)
LIST_PRODUCTS = (
    PRODUCT
    + """
query ($options: ProductListOptions!) {
  globalSettings { trackInventory outOfStockThreshold }
  products(options: $options) { totalItems items { ...Product } }
}
"""
)
LEVELS = (
    VARIANT
    + """
query ($options: ProductVariantListOptions!) {
  globalSettings { trackInventory outOfStockThreshold }
  productVariants(options: $options) { items { ...Variant } }
}
"""
)
MAY = "query { me { channels { token permissions } } }"
WHERE = """
query {
  activeChannel { id code token defaultCurrencyCode }
  globalSettings { serverConfig { moneyStrategyPrecision } }
}
"""
PLACES = "query { stockLocations(options: { take: 100 }) { items { id name } } }"
# What a permission allows, asked for nothing: whether it is refused tells. An API key is told neither who it is nor
# what it may (3.7.3: `me` is refused).
TRIALS = {
    "ReadOrder": "query { orders(options: { take: 1 }) { totalItems } }",
    "CreateOrder": 'query { eligibleShippingMethodsForDraftOrder(orderId: "0") { id } }',
    "UpdateOrder": 'mutation { transitionOrderToState(id: "0", state: "") { ... on ErrorResult { message } } }',
    "DeleteOrder": 'mutation { deleteDraftOrder(orderId: "0") { result } }',
    "ReadCustomer": "query { customers(options: { take: 1 }) { totalItems } }",
    "ReadProduct": "query { products(options: { take: 1 }) { totalItems } }",
    "ReadStockLocation": "query { stockLocations(options: { take: 1 }) { totalItems } }",
    "ReadPromotion": "query { promotions(options: { take: 1 }) { totalItems } }",
    "CreatePromotion": (
        "mutation { createPromotion(input: { enabled: false, conditions: [], actions: [], translations: [] }) {"
        " ... on ErrorResult { message } } }"
    ),
    "UpdatePromotion": 'mutation { updatePromotion(input: { id: "0" }) { ... on ErrorResult { message } } }',
}
LOGIN = """
mutation ($name: String!, $password: String!) {
  login(username: $name, password: $password, rememberMe: true) {
    ... on CurrentUser { channels { token code } }
    ... on ErrorResult { errorCode message }
  }
}
"""
