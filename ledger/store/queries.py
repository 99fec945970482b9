"""The named blocks of `queries.sql`."""

import re
from collections.abc import Mapping
from importlib import resources

_BLOCK = re.compile(r"^-- name: (\w+)\n(.*?);\s*$", re.MULTILINE | re.DOTALL)


def _load() -> Mapping[str, str]:
    text = resources.files(__package__).joinpath("queries.sql").read_text("utf-8")
    return dict(_BLOCK.findall(text))


QUERIES: Mapping[str, str] = _load()
"""SQL by name. A name that isn't there is a KeyError at the first use, and a test uses every one."""
