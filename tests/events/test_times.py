"""Times are RFC 3339 with a zone, and nothing else."""

from datetime import UTC, datetime

import pytest

from events.times import read_time


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-22T14:00:00Z", datetime(2026, 11, 22, 14, tzinfo=UTC)),
        ("2026-11-22t14:00:00.5z", datetime(2026, 11, 22, 14, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-11-22T15:30:00.123456789+01:30", datetime(2026, 11, 22, 14, 0, 0, 123_456, tzinfo=UTC)),
    ],
)
def test_a_time_with_its_zone_is_read(text: str, instant: datetime) -> None:
    assert read_time(text) == instant


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22T14:00:00",
        "2026-11-22",
        "2026-11-22 14:00:00Z",
        "2026-13-22T14:00:00Z",
        "2026-11-22T14:00:61Z",
        "2026-11-22T14:00:00+99:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-01:00",
        "٢٠٢٦-11-22T14:00:00Z",
        "2026-11-22T14:00:00Z\n",
        "",
    ],
)
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="2026-11-22T14:00:00Z"):
        read_time(text)
