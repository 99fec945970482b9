"""What is usually done instead of a ledger: aiohttp, pydantic, and one INSERT a request through a pool."""

import sys
from collections.abc import AsyncIterator

import asyncpg
import uvloop
from aiohttp import web

from benchmarks.ceilings.strict_json import DECODE, Event

POOL: web.AppKey[asyncpg.Pool] = web.AppKey("POOL", asyncpg.Pool)
_TABLE = """
CREATE TABLE IF NOT EXISTS usual_events (
    id bigserial PRIMARY KEY, source text NOT NULL, event_id text NOT NULL, type text NOT NULL, incident text,
    time timestamptz NOT NULL, accepted_at timestamptz NOT NULL DEFAULT now(), data jsonb NOT NULL,
    UNIQUE (source, event_id))"""
_INSERT = """
INSERT INTO usual_events (source, event_id, type, incident, time, data) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id"""


async def _pool(app: web.Application) -> AsyncIterator[None]:
    async with asyncpg.create_pool(sys.argv[2]) as app[POOL]:
        await app[POOL].execute(_TABLE)
        yield


async def _one(request: web.Request) -> web.Response:
    event = Event.model_validate(DECODE((await request.read()).decode()))
    number = await request.app[POOL].fetchval(
        _INSERT, event.source, event.id, event.type, event.subject, event.time, event.data.model_dump_json()
    )
    return web.json_response({"id": number}, status=201)


def main() -> None:
    """Serve on the port given, with the database given."""
    app = web.Application()
    app.cleanup_ctx.append(_pool)
    app.add_routes([web.post("/one", _one)])
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), loop=uvloop.new_event_loop(), access_log=None, print=None)


if __name__ == "__main__":
    main()
