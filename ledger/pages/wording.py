"""Numbers, times and durations as a language writes them."""

from datetime import UTC, datetime

from babel.dates import format_datetime
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit
from markupsafe import Markup, escape

from ledger.pages.languages import Language

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_NOTHING = "–"


class Wording:
    """What a language writes. Every method is a filter of the templates, by its name; None is shown as a dash."""

    def __init__(self, language: Language) -> None:
        """Write in `language`."""
        self._locale = language.locale

    def number(self, value: float | None, digits: int = 1) -> str:
        """Return 12345.678 as 12,345.7 or 12 345,7: at most `digits` behind the point."""
        return _NOTHING if value is None else format_decimal(round(value, digits), locale=self._locale)

    def share(self, value: float | None) -> str:
        """Return 0.756 as 75.6%."""
        return _NOTHING if value is None else format_percent(value, "#,##0.#%", locale=self._locale)

    def duration(self, seconds: float | None) -> str:
        """Return a duration in its two largest units: 42 s, 35 min, 1 h 12 min, 3 d 4 h."""
        if seconds is None:
            return _NOTHING
        whole, sign = round(abs(seconds)), "−" if seconds <= -1 else ""
        for size, name, below, below_name in ((_DAY, "day", _HOUR, "hour"), (_HOUR, "hour", _MINUTE, "minute")):
            if whole >= size:
                parts = [(whole // size, name), (whole % size // below, below_name)]
                return sign + " ".join(self._unit(count, unit) for count, unit in parts if count)
        return sign + (self._unit(whole // _MINUTE, "minute") if whole >= _MINUTE else self._unit(whole, "second"))

    def moment(self, time: str | datetime | None, *, form: str = "short") -> Markup:
        """Return a time as an element `time`: UTC, which the reader's browser turns into their own zone.

        `form`: `short`, day and minute; `long`, with the year; `exact`, with seconds; `clock`, the minute alone.
        """
        at = _instant(time)
        if at is None:
            return escape(_NOTHING)
        patterns = {"short": "d MMM HH:mm", "long": "d MMMM y HH:mm", "exact": "d MMM y HH:mm:ss", "clock": "HH:mm"}
        text = format_datetime(at, patterns[form], tzinfo=UTC, locale=self._locale)
        machine = at.strftime("%Y-%m-%dT%H:%M:%SZ")
        exact = at.strftime("%Y-%m-%d %H:%M:%S UTC")
        return Markup('<time datetime="{}" data-form="{}" title="{}">{} UTC</time>').format(machine, form, exact, text)

    def tick(self, time: datetime, form: str) -> str:
        """Return a time below a chart, in UTC: the minute (`clock`) or the day (`day`)."""
        return format_datetime(time, {"clock": "HH:mm", "day": "d MMM"}[form], tzinfo=UTC, locale=self._locale)

    def _unit(self, count: int, unit: str) -> str:
        return format_unit(
            count, f"duration-{unit}", length="short" if unit != "day" else "narrow", locale=self._locale
        )


def marked(text: str | None, words: str) -> Markup:
    """Return a text with every occurrence of `words` in an element `mark`, whatever their case."""
    told, wanted = text or "", words.casefold()
    lowered = told.casefold()
    if not wanted or len(lowered) != len(told):  # where folding changes lengths, places can't be told
        return escape(told)
    pieces, place = [], 0
    while (found := lowered.find(wanted, place)) >= 0:
        pieces += [escape(told[place:found]), Markup("<mark>{}</mark>").format(told[found : found + len(wanted)])]
        place = found + len(wanted)
    return Markup("").join([*pieces, escape(told[place:])])


def _instant(time: str | datetime | None) -> datetime | None:
    if isinstance(time, str):
        return datetime.fromisoformat(time)
    return time
