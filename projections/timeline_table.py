"""An incident's timeline as columns, as one level of readers sees it: what every filter is answered from, at once.

A place is an event. A column holds for each place an index, a time (µs since 1970), a flag or the number of a word;
`NONE` where there is none. What is withheld from the level was never put in: no filter can find it. What later events
say of a comment (mood, themes, outcome) is kept apart with the event that says so, so that it holds from then on only.
"""

from array import array
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from events.strict import JsonValue
from projections.event import Event
from projections.instants import micros
from projections.lanes import lane
from projections.lateness import lateness

NONE = -1
UNKNOWN = -2
"""The number of a word that stands in no column."""
Numbers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Column = Literal[
    "index",
    "since",
    "at",
    "accepted",
    "late",
    "type",
    "family",
    "lane",
    "kind",
    "actor",
    "role",
    "channel",
    "audience",
    "outcome",
    "content",
    "withheld",
]
_COLUMNS: Mapping[Column, int] = {name: place for place, name in enumerate(Column.__args__)}  # type: ignore[attr-defined]
Said = Literal["sentiment", "outcome", "theme"]
_PLACES_AT_FIRST = 64
_MOODS = frozenset({"sentiment.assessed", "comment.classified"})


class TimelineTable:
    """Events by place, in no order that means anything: one that is linked in comes behind younger ones.

    `index`: the event's own; `since`: that of the event that brought it into the incident, else its own. `at`: when it
    happened by its source's clock, as far as the level knows, else `accepted`, the ledger's. `late`: recorded later
    than is allowed. `channel`: the platform, else the channel. `content`: the number of the comment that it brought.
    """

    def __init__(self) -> None:
        """Begin without any."""
        self._cells: Numbers = np.full((len(_COLUMNS), _PLACES_AT_FIRST), NONE, dtype=np.int64)
        self._places: dict[int, int] = {}
        self._words: dict[str, int] = {}
        self._said: dict[Said, array[int]] = {"sentiment": array("q"), "outcome": array("q"), "theme": array("q")}
        self._own_themes: array[int] = array("q")
        self._blind: dict[int, tuple[str, str | None, str | None]] = {}
        self._surges: dict[int, tuple[str, str]] = {}

    def __len__(self) -> int:
        """Return how many events there are."""
        return len(self._places)

    def __contains__(self, index: int) -> bool:
        """Tell whether an event stands in the incident."""
        return index in self._places

    def put(self, event: Event, *, withheld: bool) -> None:
        """Take in an event whose openings are those that the level sees. Of several links of one the first counts."""
        if event.index in self._places:
            return
        place = self._places[event.index] = len(self._places)
        if place == self._cells.shape[1]:
            self._cells = np.concatenate([self._cells, np.full_like(self._cells, NONE)], axis=1)
        self._cells[:, place] = self._row(event, withheld=withheld)
        self._note(place, event)

    def column(self, name: Column) -> Numbers:
        """Return a column, one number a place."""
        return self._cells[_COLUMNS[name], : len(self._places)]

    def known(self, end: int | None = None, until: int | None = None) -> Mask:
        """Return which events stood in the incident before entry `end`, and happened at `until` (µs) or before."""
        mask = np.ones(len(self), dtype=np.bool_)
        if end is not None:
            mask &= self.column("since") < end
        if until is not None:
            mask &= self.column("at") <= until
        return mask

    def number(self, word: str) -> int:
        """Return the number of a word, `UNKNOWN` where it stands nowhere."""
        return self._words.get(word, UNKNOWN)

    def words(self, name: Column, known: Mask) -> Sequence[str]:
        """Return the different words of a column where `known`, in their own order."""
        spelt = list(self._words)
        return sorted(spelt[number] for number in np.unique(self.column(name)[known]).tolist() if number != NONE)

    def said_of(self, what: Said, known: Mask) -> Numbers:
        """Return for each place what known events said last of the comment that it brought: a word's number."""
        facts, told = self._facts(what, known), np.full(len(self._words) + 1, NONE, dtype=np.int64)
        told[facts[:, 1]] = facts[:, 2]  # of several the last stays
        content = self.column("content")
        return np.where(content == NONE, NONE, told[content])

    def raising(self, theme: str, known: Mask) -> Mask:
        """Return which events name a theme, or brought a comment of which a known event says that it raises it."""
        number, facts = self.number(theme), self._facts("theme", known)
        mask = np.isin(self.column("content"), facts[facts[:, 2] == number, 1])
        own = np.array(self._own_themes, dtype=np.int64).reshape(-1, 2)
        mask[own[own[:, 1] == number, 0]] = True
        return mask

    def themes(self, known: Mask) -> Sequence[str]:
        """Return the themes that known events name, in their own order."""
        own = np.array(self._own_themes, dtype=np.int64).reshape(-1, 2)
        spelt = list(self._words)
        return sorted(spelt[number] for number in np.unique(own[known[own[:, 0]], 1]).tolist())

    def blind(self, known: Mask) -> Sequence[tuple[str, str | None, str | None]]:
        """Return what known events say of blindness: the monitor, since when, until when (None: not said)."""
        return [told for place, told in sorted(self._blind.items()) if known[place]]

    def surges(self, known: Mask) -> Sequence[tuple[int, str, str]]:
        """Return the surges that known events detected or ended: when (µs), the type, the series; by time."""
        at = self.column("at")
        return sorted((int(at[place]), *told) for place, told in self._surges.items() if known[place])

    def _facts(self, what: Said, known: Mask) -> Numbers:
        """Return rows of place, content and word that known events say, in the order of the log."""
        facts = np.array(self._said[what], dtype=np.int64).reshape(-1, 3)
        facts = facts[known[facts[:, 0]]]
        return facts[np.argsort(self.column("index")[facts[:, 0]], kind="stable")]

    def _row(self, event: Event, *, withheld: bool) -> list[int]:
        late, (kind, actor, role) = lateness(event), _acted(event)
        content = event.text("external_id") if event.type == "comment.received" else None
        told = {
            "index": event.index,
            "since": event.index if event.linked_by is None else event.linked_by,
            "at": micros(event.moment),
            "accepted": micros(event.accepted),
            "late": 1 if late is not None and late.seconds > 0 else NONE,
            "type": self._number(event.type),
            "family": self._number(event.type.partition(".")[0]),
            "lane": self._number(lane(event.type)),
            "kind": self._number(kind),
            "actor": self._number(actor),
            "role": self._number(role),
            "channel": self._number(event.text("platform") or event.text("channel")),
            "audience": self._number(event.text("audience")),
            "outcome": self._number(event.text("outcome")),
            "content": NONE if content is None else self._content(content),
            "withheld": 1 if withheld else NONE,
        }
        return [told[name] for name in _COLUMNS]

    def _note(self, place: int, event: Event) -> None:
        """Keep what the event says of comments, of themes, of our own blindness and of surges."""
        theme, said = event.text("theme"), event.type
        if theme is not None:
            self._own_themes.extend((place, self._number(theme)))
        if said in _MOODS:
            self._say("sentiment", place, event.value("target") or event.value("external_id"), event.text("label"))
        elif said == "comment.outcome_set":
            self._say("outcome", place, event.value("external_id"), event.text("outcome"))
            self._say("theme", place, event.value("external_id"), theme)
        elif said == "concern.linked":
            for comment in _several(event.value("comments")):
                self._say("theme", place, comment, theme)
        elif said in {"monitor.failed", "monitor.recovered"}:
            self._blind[place] = (event.text("monitor") or "", event.text("from"), event.text("to"))
        elif said.startswith("surge."):
            self._surges[place] = (said, event.text("series") or "")

    def _say(self, what: Said, place: int, content: JsonValue, word: str | None) -> None:
        if isinstance(content, str) and word is not None:
            self._said[what].extend((place, self._content(content), self._number(word)))

    def _content(self, name: str) -> int:
        # A prefix that no word has: the name of a content is found by no filter.
        return self._number(f"\x00{name}")

    def _number(self, word: str | None) -> int:
        return NONE if word is None else self._words.setdefault(word, len(self._words))


def _acted(event: Event) -> tuple[str | None, str | None, str | None]:
    """Return the kind, the id and the role of who acted: the actor, else the author of a content."""
    actor, author = event.actor, event.value("author")
    if actor is not None:
        return actor.kind, actor.id, actor.role
    if isinstance(author, dict) and isinstance(author.get("id"), str):
        return "author", str(author["id"]), None
    return None, None, None


def _several(value: JsonValue) -> Sequence[JsonValue]:
    return value if isinstance(value, list) else ()
