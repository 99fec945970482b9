"""The ceiling of any such service: aiohttp, uvloop and pydantic; reads strictly, validates, stores nothing, echoes."""

import sys

import uvloop
from aiohttp import web
from pydantic import TypeAdapter

from benchmarks.ceilings.strict_json import DECODE, Event

_BATCH = TypeAdapter(list[Event])


async def _one(request: web.Request) -> web.Response:
    body = await request.read()
    Event.model_validate(DECODE(body.decode()))
    return web.Response(status=201, body=body, content_type="application/json")


async def _batch(request: web.Request) -> web.Response:
    body = await request.read()
    _BATCH.validate_python(DECODE(body.decode()))
    return web.Response(status=201, body=body, content_type="application/json")


def main() -> None:
    """Serve on the port given."""
    app = web.Application(client_max_size=16 << 20)
    app.add_routes([web.post("/one", _one), web.post("/batch", _batch)])
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), loop=uvloop.new_event_loop(), access_log=None, print=None)


if __name__ == "__main__":
    main()
