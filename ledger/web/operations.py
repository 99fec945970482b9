"""/livez, /readyz, /metrics: for whoever runs the service."""

from aiohttp import web

from ledger.store.ports import StoreUnavailable
from ledger.web.context import LEDGERS, METRICS
from ledger.web.operation import Answer, Operation


async def get_livez(_request: web.Request) -> web.Response:
    """Say that the process answers."""
    return web.Response(text="alive\n")


async def get_readyz(request: web.Request) -> web.Response:
    """Say whether every open ledger can append, and why not."""
    ledgers = request.app[LEDGERS]
    reasons = {
        ledger.row.name: f"{type(ledger.sequencer.fatal).__name__}: {ledger.sequencer.fatal}"
        for ledger in ledgers.opened
        if ledger.sequencer.fatal is not None
    }
    try:
        await ledgers.ping()
    except StoreUnavailable as error:
        reasons["database"] = str(error)
    document = {"ready": not reasons, "reasons": reasons}
    return web.json_response(document, status=503 if reasons else 200)


async def get_metrics(request: web.Request) -> web.Response:
    """Return the metrics."""
    metrics = request.app[METRICS]
    for ledger in request.app[LEDGERS].opened:
        name = ledger.row.name
        metrics.queue.labels(name).set(ledger.sequencer.queue_depth)
        metrics.entries.labels(name).set(ledger.size.value)
        metrics.lag.labels(name).set(max(ledger.size.value - ledger.folded.value, 0))
        metrics.signing.labels(name).set(ledger.sequencer.fatal is None)
    return web.Response(body=metrics.render(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})


_READINESS = {"application/json": {"$ref": "#/components/schemas/Readiness"}}
OPERATIONS = (
    Operation(
        "GET",
        "/livez",
        get_livez,
        "Whether the process answers",
        "operation",
        {200: Answer("It does", {"text/plain": {}})},
    ),
    Operation(
        "GET",
        "/readyz",
        get_readyz,
        "Whether events are accepted, and why not",
        "operation",
        {200: Answer("Ready", _READINESS), 503: Answer("Not ready, with the reasons", _READINESS)},
    ),
    Operation(
        "GET",
        "/metrics",
        get_metrics,
        "Metrics for Prometheus",
        "operation",
        {200: Answer("Metrics", {"text/plain": {}})},
    ),
)
