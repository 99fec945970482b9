"""What the generated requests leave out: a live tail never ends, so it is tested elsewhere."""

from typing import Any

import schemathesis


@schemathesis.hook
def filter_query(_context: schemathesis.HookContext, query: dict[str, Any] | None) -> bool:
    """Keep a query unless it asks for a live tail."""
    return not query or str(query.get("format", "")).lower() != "sse"
