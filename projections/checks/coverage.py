"""The scope of a verdict: which accounts and pages were compared with the ledger, when, how often; what was not."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from events.visibility import Public
from projections.checks.finding import Words
from projections.event import Event
from projections.shown import Figure, Shown, counted

SNAPSHOT = "snapshot.imported"
TYPES = frozenset({"comment.received", "reply.posted", "update.published", SNAPSHOT})
CONTEXT = frozenset({SNAPSHOT})

Place = tuple[str, str]
"""A platform and an account on it."""


class CoveredAccount(Shown):
    """An account that comments or replies name, or that snapshots show; `snapshots` are those of it.

    `longest_gap_seconds`: the longest time between two snapshots in a row.
    """

    platform: Public[str]
    account: Public[str]
    contents: Public[int]
    snapshots: Public[Figure]
    first: Public[datetime | None]
    last: Public[datetime | None]
    longest_gap_seconds: Public[float | None]
    complete: Public[bool]


class Scope(Shown):
    """What a verdict covers, as one sentence and as data; `not_covered` says in words what it doesn't."""

    sentence: Public[dict[str, str]]
    accounts: Public[tuple[CoveredAccount, ...]]
    not_covered: Public[tuple[dict[str, str], ...]]


@dataclass(slots=True)
class _Seen:
    contents: int = 0
    indexes: list[int] = field(default_factory=list)
    times: list[datetime] = field(default_factory=list)
    complete: bool = True


class Coverage:
    """Takes what names an account. Memory: a few numbers a snapshot."""

    def __init__(self) -> None:
        """Begin before the first event."""
        self._seen: dict[Place, _Seen] = {}

    def take(self, event: Event) -> None:
        """Take an event of `TYPES`."""
        platform, account = event.text("platform"), event.text("account")
        if platform is None or event.type == "update.published":
            return
        seen = self._seen.setdefault((platform, account or ""), _Seen())
        if event.type != SNAPSHOT:
            seen.contents += 1
            return
        seen.indexes.append(event.index)
        seen.times.append(event.time_said("taken_at") or event.moment)
        seen.complete &= event.text("completeness") == "complete"

    @property
    def compared(self) -> bool:
        """Tell whether every account that contents name was compared at least once, and there is one."""
        named = [seen for seen in self._seen.values() if seen.contents]
        return bool(self._seen) and all(seen.indexes for seen in named)

    def scope(self, subject: Words, lacks: list[Words]) -> Scope:
        """Return the scope: `subject` names what was judged, `lacks` what checks could not judge."""
        accounts = tuple(_account(place, seen) for place, seen in sorted(self._seen.items()))
        compared = [account for account in accounts if account.snapshots.count]
        said = _sentence(subject, compared)
        missed = [*_uncovered(accounts), *lacks, _DIRECT]
        return Scope(
            sentence=said.by_language,
            accounts=accounts,
            not_covered=tuple(words.by_language for words in missed),
        )


_DIRECT = Words(
    "Direct messages and what platforms show to some people only are not covered.",
    "Les messages privés et ce que les plateformes ne montrent qu’à certains ne sont pas couverts.",
)


def _account(place: Place, seen: _Seen) -> CoveredAccount:
    times = sorted(seen.times)
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(times)]
    return CoveredAccount(
        platform=place[0],
        account=place[1],
        contents=seen.contents,
        snapshots=counted(seen.indexes),
        first=times[0] if times else None,
        last=times[-1] if times else None,
        longest_gap_seconds=max(gaps, default=None),
        complete=bool(times) and seen.complete,
    )


def _sentence(subject: Words, compared: list[CoveredAccount]) -> Words:
    if not compared:
        return Words(
            f"Covers {subject.en} as the ledger tells it; no platform was compared with it.",
            f"Couvre {subject.fr} tel que le registre le raconte ; aucune plateforme ne lui a été comparée.",
        )
    return Words(
        f"Covers {subject.en}, compared with " + "; ".join(_compared(account, "en") for account in compared) + ".",
        f"Couvre {subject.fr}, comparé à " + " ; ".join(_compared(account, "fr") for account in compared) + ".",
    )


def _compared(account: CoveredAccount, language: str) -> str:
    number, first, last = account.snapshots.count, account.first, account.last
    assert first is not None  # noqa: S101 - it has a snapshot
    assert last is not None  # noqa: S101 - as above
    begun, ended, gap = f"{first:%Y-%m-%d %H:%M}", f"{last:%Y-%m-%d %H:%M}", account.longest_gap_seconds
    days = f"{begun} UTC" if begun == ended else f"{begun} – {ended} UTC"
    apart = "" if gap is None else str(timedelta(seconds=round(gap)))
    name = f"{account.platform}/{account.account}"
    if language == "fr":
        spaced = f", au plus {apart} entre deux" if apart else ""
        return f"{name} ({number} instantané{'s' if number > 1 else ''}, {days}{spaced})"
    return f"{name} ({number} snapshot{'s' if number > 1 else ''}, {days}{f', at most {apart} apart' if apart else ''})"


def _uncovered(accounts: tuple[CoveredAccount, ...]) -> Iterator[Words]:
    for account in accounts:
        name = f"{account.platform}/{account.account}" if account.account else account.platform
        if not account.snapshots.count:
            yield Words(f"{name} was never compared with the ledger.", f"{name} n’a jamais été comparé au registre.")
        elif not account.complete:
            yield Words(
                f"Snapshots of {name} don’t show all of it.", f"Les instantanés de {name} ne montrent pas tout."
            )
