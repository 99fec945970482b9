"""Times as captures and pages write them: RFC 3339 with or without milliseconds, git's, e-mail's, POSIX, in names."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_APART_ZONE = re.compile(r"\s+(Z|UTC|GMT|[+-]\d\d:?\d\d)$", re.IGNORECASE)
_POSIX = re.compile(r"\d{10}(\.\d+)?|\d{13}")
_SEPARATED = r"[-_/.:]?"
_IN_NAME = re.compile(
    rf"(?<!\d)(20\d\d){_SEPARATED}(\d\d){_SEPARATED}(\d\d)"
    rf"(?:[-_/. T]?(\d\d){_SEPARATED}(\d\d)(?:{_SEPARATED}(\d\d))?(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?)?(?!\d)",
    re.IGNORECASE,
)
_POSIX_IN_NAME = re.compile(r"(?<!\d)(1\d{9}|1\d{12})(?!\d)")
_THOUSAND = 1000


def read_moment(value: object) -> datetime | None:
    """Return the moment that a value of any common spelling names, None where it names none. Without a zone: UTC."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = str(value).strip()
    if _POSIX.fullmatch(text):
        return _posix(text)
    try:
        return _in_utc(datetime.fromisoformat(_APART_ZONE.sub(_attached, text)))
    except (ValueError, OverflowError):
        return _mailed(text) if isinstance(value, str) else None


def moment_in_name(name: str) -> datetime | None:
    """Return the moment that a path names, as `2025-11-18/114827.json` or `20251118T114827Z.json`; None if none."""
    for found in reversed(list(_IN_NAME.finditer(name))):
        year, month, day, hour, minute, second, zone = found.groups()
        text = f"{year}-{month}-{day}T{hour or '00'}:{minute or '00'}:{second or '00'}{zone or ''}"
        try:
            return _in_utc(datetime.fromisoformat(text.upper()))
        except ValueError:
            continue
    digits = _POSIX_IN_NAME.findall(name)
    return _posix(digits[-1]) if digits else None


def spell(moment: datetime) -> str:
    """Return a moment in RFC 3339, in UTC, with no more digits than it has."""
    moment = moment.astimezone(UTC)
    precision = "milliseconds" if moment.microsecond and moment.microsecond % _THOUSAND == 0 else "auto"
    return moment.isoformat(timespec=precision).replace("+00:00", "Z")


def _posix(text: str) -> datetime:
    seconds = float(text)
    return datetime.fromtimestamp(seconds / _THOUSAND if len(text.partition(".")[0]) > 10 else seconds, UTC)  # noqa: PLR2004 - digits


def _in_utc(time: datetime) -> datetime:
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def _attached(zone: re.Match[str]) -> str:
    return "Z" if zone[1].isalpha() else zone[1]


def _mailed(text: str) -> datetime | None:
    try:
        return _in_utc(parsedate_to_datetime(text))
    except (ValueError, IndexError, OverflowError):
        return None
