"""How explanations say times and durations, the same in every language."""

from datetime import UTC, datetime, timedelta


def told_time(moment: datetime) -> str:
    """Return a time to the minute, in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def told_span(span: timedelta) -> str:
    """Return a duration by its two greatest units, of hours, minutes and seconds."""
    seconds = round(abs(span.total_seconds()))
    hours, minutes = seconds // 3600, seconds // 60 % 60
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return (
        f"{minutes} min {seconds % 60} s"
        if minutes and seconds % 60
        else f"{minutes} min"
        if minutes
        else f"{seconds} s"
    )
