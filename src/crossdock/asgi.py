"""The web process: webhooks by a bare route, everything else by Django, in one ASGI application.

Not here: either of them.
"""

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crossdock.settings")

from django.core.asgi import get_asgi_application

pages = get_asgi_application()  # also sets Django up, which what follows needs

from crossdock.hooks import PREFIX, Hooks, Receive, Scope, Send  # noqa: E402  after Django is set up

hooks = Hooks()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http" and scope["path"].startswith(PREFIX):
        await hooks(scope, receive, send)
    else:
        await _pages(scope, receive, send)


async def _pages(scope: Any, receive: Any, send: Any) -> None:
    await pages(scope, receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await hooks.open()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await hooks.close()
            await send({"type": "lifespan.shutdown.complete"})
            return
