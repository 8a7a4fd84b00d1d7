"""Pictures of products: taken in at once and made ready a little later, described, put in order, given to a variant.

Not for what is in them: the bytes are not looked at.
"""

from crossdock_sandbox.squarespace import reading, show
from crossdock_sandbox.squarespace.call import Call, Done
from crossdock_sandbox.squarespace.product_writes import variant
from crossdock_sandbox.squarespace.products import product
from crossdock_sandbox.squarespace.refusal import absent, conflict, invalid
from crossdock_sandbox.squarespace.state import Image, Product

MOST = 100
READY_AFTER = 1.0


def added(call: Call, product_id: str) -> Done:
    it = product(call.shop, product_id)
    if not call.headers.get("content-type", "").startswith("multipart/form-data"):
        raise invalid("Content-Type must be multipart/form-data.", "INVALID_CONTENT_TYPE")
    if len(it.images) >= MOST:
        raise conflict(f"At most {MOST} images.", "IMAGE_LIMIT_REACHED")
    made = Image(call.world.uuid(), "", status="QUEUED")
    made.url = f"https://images.{call.shop.domain}/{made.id}.jpg"
    it.images.append(made)
    call.shop.touch_product(it, call.world.now())
    call.world.later(READY_AFTER, lambda: setattr(made, "status", "READY"))
    return 202, {"imageId": made.id}


def state(call: Call, product_id: str, image_id: str) -> Done:
    it = _image(product(call.shop, product_id), image_id)
    return 200, {"id": it.id, "status": it.status}


def described(call: Call, product_id: str, image_id: str) -> Done:
    it = product(call.shop, product_id)
    image = _image(it, image_id)
    image.alt = reading.text(call.body, "altText", 1000) or ""
    call.shop.touch_product(it, call.world.now())
    return 200, show.image(image, it.images.index(image))


def removed(call: Call, product_id: str, image_id: str) -> Done:
    it = product(call.shop, product_id)
    it.images.remove(_image(it, image_id))
    call.shop.touch_product(it, call.world.now())
    return 204, None


def placed(call: Call, product_id: str, image_id: str) -> Done:
    """Behind another; first when none is named."""
    it, after = product(call.shop, product_id), call.body.get("afterImageId")
    image = _image(it, image_id)
    it.images.remove(image)
    at = 0 if after is None else it.images.index(_image(it, after)) + 1
    it.images.insert(at, image)
    call.shop.touch_product(it, call.world.now())
    return 204, None


def chosen(call: Call, product_id: str, variant_id: str) -> Done:
    """A variant's own picture; null takes it away."""
    it, image_id = variant(call, product_id, variant_id), call.body.get("imageId")
    it.image = None if image_id is None else _image(it.product, image_id)
    call.shop.touch_product(it.product, call.world.now())
    return 204, None


def _image(it: Product, image_id: str) -> Image:
    found = next((one for one in it.images if one.id == image_id), None)
    if found is None:
        raise absent("The image was not found.", "PRODUCT_IMAGE_NOT_FOUND")
    return found
