"""Style sheet and scripts, served by the web process itself: few and small, kept in memory, cached by browsers.

Not here: anything a person uploads.
"""

import mimetypes
from functools import cache
from hashlib import blake2b
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.views.decorators.http import require_safe

WEEK = 7 * 24 * 3600
KINDS = {".woff2": "font/woff2"}  # that the system's own table may not know


@require_safe
def asset(request: HttpRequest, path: str) -> HttpResponse:
    """One file of an app's static folder."""
    found = _read(path)
    if found is None:
        raise Http404
    body, tag = found
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified()
    kind = KINDS.get(Path(path).suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"
    return HttpResponse(body, content_type=kind, headers={"ETag": tag, "Cache-Control": f"public, max-age={WEEK}"})


def version(path: str) -> str:
    """Changes with the file, for its address."""
    found = _read(path)
    return found[1].strip('"')[:8] if found else ""


@cache
def _read(path: str) -> tuple[bytes, str] | None:
    """finders refuses what would leave the static folders."""
    place = finders.find(path)
    if not isinstance(place, str) or not Path(place).is_file():
        return None
    body = Path(place).read_bytes()
    return body, f'"{blake2b(body, digest_size=12).hexdigest()}"'
