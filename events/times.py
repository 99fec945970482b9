"""Times as sources claim them: RFC 3339 with a zone, kept as the text that was posted."""

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, Field

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOT_A_TIME = "expected an RFC 3339 time with its zone, as 2026-11-22T14:00:00Z"


def read_time(text: str) -> datetime:
    """Read an RFC 3339 §5.6 time, dropping digits beyond the microsecond. Raises `ValueError`: no zone, or no time."""
    if not _RFC3339.fullmatch(text):
        raise ValueError(NOT_A_TIME)
    try:
        time = datetime.fromisoformat(text.upper())
        time.astimezone(UTC)  # the first and last hours of the calendar have no UTC form
    except (ValueError, OverflowError):
        raise ValueError(NOT_A_TIME) from None
    return time


def _a_time(text: str) -> str:
    read_time(text)
    return text


Timestamp = Annotated[str, AfterValidator(_a_time), Field(json_schema_extra={"format": "date-time"})]
"""A field that holds a time. It stays the text that was posted, because the seal is over that text."""
