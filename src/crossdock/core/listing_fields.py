"""A product's own fields: what they should be at the merchant by the policy, and which of them to write.

Not here: variants (listing_variants.py), what becomes of an ending (listing_plan.py).
"""

import re
from collections.abc import Sequence

from msgspec.structs import replace

from crossdock.core.catalog import Media, Product, ProductStatus
from crossdock.core.digest import media_key, media_keys
from crossdock.core.listing import DesiredProduct
from crossdock.core.listing_case import Findings, ListingCase
from crossdock.core.listing_policy import Field, NewStatus
from crossdock.core.listing_problems import MOST_ALIKE, Flaw, Problem
from crossdock.core.listing_text import MOST_MEDIA, MOST_TAGS, html_mark, left_out, line, safe_html, tag_list
from crossdock.core.listing_written import (
    UNREAD,
    Value,
    Verdict,
    Written,
    Wrote,
    WroteMedia,
    noted,
)

_ACTIVE, _DRAFT = ProductStatus.ACTIVE, ProductStatus.DRAFT
_NOTHING = DesiredProduct()
_UUID = re.compile(r"_[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$", re.IGNORECASE)


def wishes(vendor: Product) -> tuple[dict[Field, str], tuple[Problem, ...]]:
    """The vendor's words, fit for the merchant's page. One that is empty where it may not be is not among them."""
    title, cut_title = line(vendor.title, Field.TITLE)
    html, cut_html = safe_html(vendor.html)
    kind, cut_kind = line(vendor.product_type, Field.PRODUCT_TYPE)
    name, cut_name = line(vendor.vendor_name, Field.VENDOR_NAME)
    found = {Field.TITLE: title, Field.DESCRIPTION: html, Field.PRODUCT_TYPE: kind, Field.VENDOR_NAME: name}
    for field in (Field.TITLE, Field.VENDOR_NAME):
        if not found[field]:
            del found[field]
    return found, (*cut_title, *cut_html, *left_out(vendor.html), *cut_kind, *cut_name)


def present(merchant: Product) -> dict[Field, Value]:
    """The same fields as the merchant has them, as they are compared."""
    return {
        Field.TITLE: merchant.title,
        Field.DESCRIPTION: html_mark(merchant.html),
        Field.PRODUCT_TYPE: merchant.product_type,
        Field.VENDOR_NAME: merchant.vendor_name,
    }


def mark(field: Field, wish: str) -> str:
    """What a wish is compared by."""
    return html_mark(wish) if field is Field.DESCRIPTION else wish


def desired(words: dict[Field, str]) -> DesiredProduct:
    return DesiredProduct(
        title=words.get(Field.TITLE),
        html=words.get(Field.DESCRIPTION),
        product_type=words.get(Field.PRODUCT_TYPE),
        vendor_name=words.get(Field.VENDOR_NAME),
    )


def new_product(case: ListingCase, vendor: Product) -> tuple[DesiredProduct, tuple[Problem, ...]]:
    """The fields a new product is made with. Its title has to be there whatever the policy says."""
    words, problems = wishes(vendor)
    policy = case.policy
    mine = {field: word for field, word in words.items() if policy.at_create(field) or field is Field.TITLE}
    product = replace(desired(mine), status=new_status(case, vendor))
    if policy.at_create(Field.TAGS):
        tags, cut = tag_list(vendor.tags)
        product, problems = replace(product, tags=tags), (*problems, *cut)
    if policy.at_create(Field.MEDIA):
        media, cut = pictures(vendor)
        product, problems = replace(product, media=media), (*problems, *cut)
    return product, problems


def new_status(case: ListingCase, vendor: Product) -> ProductStatus:
    """On sale only if the vendor has it on sale, and has a price with it."""
    if case.policy.new_status is NewStatus.DRAFT or vendor.status is not _ACTIVE:
        return _DRAFT
    return _ACTIVE if case.policy.at_create(Field.PRICE) else _DRAFT


def plan_fields(found: Findings) -> tuple[DesiredProduct | None, Written]:
    """What of the product's own fields is to be written (None = nothing), and what is noted of them before."""
    case, vendor = found.case, found.vendor
    words, problems = wishes(vendor)
    found.problems.extend(problems)
    entries, written = _judged(found, words)
    changes = desired({field: word for field, word in words.items() if field in written})
    noted_all = replace(case.written, fields=entries)
    for step in (_tags, _media, _status):
        part, noted_all = step(found, noted_all)
        changes = _merged(changes, part)
    return (None if changes == _NOTHING else changes), noted_all


def _merged(one: DesiredProduct, other: DesiredProduct) -> DesiredProduct:
    return replace(
        one,
        status=one.status if other.status is None else other.status,
        tags=one.tags if other.tags is None else other.tags,
        media=one.media if other.media is None else other.media,
    )


def _judged(found: Findings, words: dict[Field, str]) -> tuple[dict[str, Wrote], set[Field]]:
    case = found.case
    entries = dict(case.written.fields)
    now = present(case.merchant) if case.merchant else {}
    writing: set[Field] = set()
    for field, word in words.items():
        if not found.follows(field):
            found.drop_question(field)
            continue
        wish = mark(field, word)
        there = now.get(field, UNREAD)
        verdict = found.judge(entries.get(field), wish, there, field)
        if verdict is Verdict.WRITE:
            writing.add(field)
        entry = noted(entries.get(field), wish, None if there is UNREAD else there, verdict)
        if entry is not None:
            entries[field] = entry
    return entries, writing


def _tags(found: Findings, written: Written) -> tuple[DesiredProduct, Written]:
    """Tags are followed one by one: those the merchant added stay, those it took away stay away."""
    if not found.follows(Field.TAGS) or found.case.takes(Field.TAGS):
        return _NOTHING, written
    wish, cut = tag_list(found.vendor.tags)
    found.problems.extend(cut)
    if written.tags is None:
        return _NOTHING, replace(written, tags=wish)
    written = _tags_seen(found, written, wish)
    before, after = {tag.casefold() for tag in written.tags or ()}, {tag.casefold() for tag in wish}
    if before == after:
        return _NOTHING, written
    if found.case.merchant is None:
        found.needs_read = True
        return _NOTHING, written
    there = tag_list(found.case.merchant.tags)[0]
    kept = [tag for tag in there if tag.casefold() not in before - after]
    known = {tag.casefold() for tag in kept}
    added = [tag for tag in wish if tag.casefold() not in before | known]
    tags = tuple([*kept, *added][:MOST_TAGS])
    # what was sent is noted with the answer: cut off before it, the same is found again
    return (_NOTHING, replace(written, tags=wish)) if tags == there else (DesiredProduct(tags=tags), written)


def _tags_seen(found: Findings, written: Written, wish: Sequence[str]) -> Written:
    """Takes note of the vendor's tags that the merchant took away: they stay away, and nobody is told twice. A store
    may make two tags of one with a comma (Shopify)."""
    if found.case.merchant is None or written.tags is None:
        return written
    there = {tag.strip().casefold() for one in found.case.merchant.tags for tag in (one, *one.split(","))}
    wished = {tag.casefold() for tag in wish}
    absent = [tag for tag in written.tags if not {part.strip().casefold() for part in tag.split(",")} <= there | {""}]
    away = tuple(tag for tag in absent if tag.casefold() in wished and tag.casefold() not in there)
    return written if away == written.tags_away else replace(written, tags_away=away)


def pictures(vendor: Product) -> tuple[tuple[Media, ...], tuple[Problem, ...]]:
    """The vendor's pictures, each once. What has no address that another store could fetch it from is left out, and
    films and models, which have none."""
    once: dict[str, Media] = {}
    for one in vendor.media:
        if _fetchable(one.url):
            once.setdefault(media_key(one.url), replace(one, id=""))
    media = tuple(once.values())
    problems: tuple[Problem, ...] = ()
    if missing := [one for one in vendor.media if one.kind == "image" and not _fetchable(one.url)]:
        problems += (_missing([one.url for one in missing]),)
    if other := [one.kind for one in vendor.media if one.kind != "image" and not _fetchable(one.url)]:
        seen = {"count": len(other), "kinds": sorted(set(other))}
        problems += (Problem(Flaw.MEDIA_KIND, Field.MEDIA, seen),)
    if len(media) > MOST_MEDIA:
        problems += (Problem(Flaw.MEDIA_CUT, Field.MEDIA, {"count": len(media), "most": MOST_MEDIA}),)
    return media[:MOST_MEDIA], problems


def _fetchable(url: str) -> bool:
    scheme, _, rest = url.partition("://")
    return scheme.lower() in ("http", "https") and rest.strip("/") != ""


def _missing(urls: Sequence[str]) -> Problem:
    which = [url[:200] for url in urls if url][:MOST_ALIKE]
    return Problem(Flaw.MEDIA_MISSING, Field.MEDIA, {"count": len(urls)} | ({"which": which} if which else {}))


def _media(found: Findings, written: Written) -> tuple[DesiredProduct, Written]:
    """Pictures are followed one by one too. What was sent is not sent again, even if it is not there any more."""
    if not found.follows(Field.MEDIA) or found.case.takes(Field.MEDIA):
        return _NOTHING, written
    theirs, problems = pictures(found.vendor)
    found.problems.extend(problems)
    keys = media_keys(theirs)
    if written.media is None:
        return _NOTHING, replace(written, media=WroteMedia(sent=keys))
    written = _media_seen(found, written, written.media)
    assert written.media is not None  # noqa: S101  it is what `_media_seen` was given
    if failed := [key for key in written.media.failed if key in keys]:
        found.problems.append(_missing(failed))
    if keys == written.media.sent and not written.media.new:
        return _NOTHING, written
    if found.case.merchant is None:
        found.needs_read = True
        return _NOTHING, written
    there = found.case.merchant.media
    wanted = _wanted_media(written.media, theirs, there)
    if [one.id for one in wanted] == [one.id for one in there]:
        return _NOTHING, replace(written, media=replace(written.media, sent=keys))
    new = tuple(media_key(one.url) for one in wanted if not one.id)
    before = tuple(one.id for one in there) if new else ()
    return DesiredProduct(media=wanted), replace(written, media=replace(written.media, new=new, before=before))


def _arrived(wrote: WroteMedia, there: Sequence[Media]) -> WroteMedia:
    """With what came of a write whose answer was lost: a store does not tell a file's name while it works on it."""
    came = [one.id for one in there if one.id not in wrote.before] if wrote.new else []
    ids = {**wrote.ids, **dict(zip(wrote.new, came, strict=False))}
    sent = (*wrote.sent, *(one for one in wrote.new[: len(came)] if one not in wrote.sent))
    return replace(wrote, sent=sent, ids=ids, new=(), before=())


def _media_seen(found: Findings, written: Written, wrote: WroteMedia) -> Written:
    """Takes note of pictures that somebody took away, and of those that the store could not fetch."""
    if found.case.merchant is None:
        return written
    wrote = _arrived(wrote, found.case.merchant.media)
    there = {one.id: one for one in found.case.merchant.media}
    away = tuple(key for key, id in wrote.ids.items() if id not in there)
    failed = tuple(key for key, id in wrote.ids.items() if id in there and there[id].failed)
    return replace(written, media=replace(wrote, away=away, failed=failed))


def _wanted_media(wrote: WroteMedia, wanted: Sequence[Media], there: Sequence[Media]) -> tuple[Media, ...]:
    """The vendor's in its order, with the merchant's ids where they are there; the merchant's own behind. What could
    not be fetched is sent once more."""
    ids = {one.id for one in there}
    ours = set(wrote.ids.values())
    # sent by a write whose answer was lost, or had by the merchant anyway: stores keep a file's name
    unknown = {_stem(one.url): one.id for one in there if one.id not in ours}
    theirs = []
    for one in wanted:
        key = media_key(one.url)
        known = wrote.ids.get(key, "")
        if key in wrote.failed:
            theirs.append(replace(one, id=""))
        elif key not in wrote.sent or known in ids:
            theirs.append(replace(one, id=known if known in ids else unknown.get(_stem(one.url), "")))
    placed = ours | {one.id for one in theirs}
    return (*theirs, *(one for one in there if one.id not in placed))


def _stem(url: str) -> str:
    """A file's name without what a store appends to tell two of a name apart (Shopify: "_" and a UUID)."""
    name = media_key(url).rpartition("/")[2]
    return _UUID.sub("", name.rpartition(".")[0] or name).casefold()


def _status(found: Findings, written: Written) -> tuple[DesiredProduct, Written]:
    """Off sale when the vendor takes it off, and back to what it was when the vendor puts it on. A draft that waits for
    the merchant's review is never put on sale by that."""
    if not found.follows(Field.STATUS) or found.case.takes(Field.STATUS):
        return _NOTHING, written
    off = found.vendor.status is not _ACTIVE
    if off == written.vendor_off:
        return _NOTHING, written
    if found.case.merchant is None:
        found.needs_read = True
        return _NOTHING, written
    there = found.case.merchant.status
    if off and there is _ACTIVE:
        return DesiredProduct(status=_DRAFT), replace(written, down=_ACTIVE)
    if not off and written.down and there is _DRAFT:
        return DesiredProduct(status=ProductStatus(written.down)), written
    return _NOTHING, replace(written, vendor_off=off, down=written.down if off else "")
