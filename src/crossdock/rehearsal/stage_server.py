"""The stage on the network, for the page: on loopback only, JSON in and out. Not here: who may act; the page knows.

Only JSON bodies are taken, which no other site's page can send from a browser.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
from aiohttp import web

from crossdock.rehearsal import demo, script
from crossdock.rehearsal.showing import picture
from crossdock.rehearsal.stage import Refused, Stage
from crossdock_sandbox.traffic.control import HttpControl

LARGEST = 1 << 20


async def perform(prepared: demo.Prepared, *, sandbox_url: str, seed: int, port: int, kill: Callable[[], None]) -> None:
    """Orders for ever, or until cancelled; new goods beside; the stage on `port`."""
    async with HttpControl(sandbox_url) as control, asyncio.TaskGroup() as group:
        stage = Stage(control, prepared.built, prepared.joined, kill=kill)
        await stage.begin(script.Run(seed))
        group.create_task(demo.newcomers(prepared))
        group.create_task(stage.keep())
        group.create_task(serve(stage, port))


async def serve(stage: Stage, port: int) -> None:
    """Until cancelled."""
    app = web.Application(client_max_size=LARGEST)

    async def show(_request: web.Request) -> web.Response:
        return _json(picture(stage))

    async def act(request: web.Request) -> web.Response:
        return await _answer(stage.act(await _given(request, script.Act)))

    async def begin(request: web.Request) -> web.Response:
        return await _answer(stage.begin(await _given(request, script.Run)))

    app.add_routes([web.get("/picture", show), web.post("/act", act), web.post("/run", begin)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


async def _given(request: web.Request, shape: Any) -> Any:
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    try:
        return msgspec.json.decode(await request.read(), type=shape)
    except msgspec.DecodeError as error:
        raise web.HTTPBadRequest(text=str(error)) from error


async def _answer(doing: Any) -> web.Response:
    try:
        await doing
    except Refused as refused:
        return _json({"refused": refused.code}, status=422)
    return _json({})


def _json(value: Any, status: int = 200) -> web.Response:
    return web.Response(body=msgspec.json.encode(value), status=status, content_type="application/json")
