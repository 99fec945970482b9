"""The comments of an incident as columns: what every figure about many comments is counted from, at once.

A place is a comment. A column holds, for each place, an event's index, a time (µs since 1970) or the number of a word;
`NONE` where there is none. What is said twice counts as it was said last, by the log's order. `answered` is the first
answer of people, `answered_unsigned` whether nobody said who gave it, `answered_by_machine` the first of a machine.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import orjson

from projections.comments import ContentRow
from projections.threads import Threads

NONE = -1
Numbers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Column = Literal[
    "received",
    "at",
    "exercise",
    "platform",
    "answered",
    "answered_at",
    "answered_unsigned",
    "answered_by_machine",
    "acknowledged",
    "acknowledged_at",
    "outcome",
    "outcome_event",
    "label",
    "label_event",
    "sentiment",
    "sentiment_event",
    "hidden",
    "removed",
    "deleted",
    "missing",
    "edited",
    "judge",
]
_COLUMNS: Mapping[Column, int] = {name: place for place, name in enumerate(Column.__args__)}  # type: ignore[attr-defined]
_PLACES_AT_FIRST = 64


class CommentTable:
    """Comments by place, in no order that means anything; `others` are replies, and contents only spoken of."""

    def __init__(self) -> None:
        """Begin without any."""
        self._cells: Numbers = np.full((len(_COLUMNS), _PLACES_AT_FIRST), NONE, dtype=np.int64)
        self._places: dict[str, int] = {}
        self._words: dict[str, int] = {}
        self._stored: list[str] = []
        self._themed: dict[str, set[int]] = {}
        self.names: list[str] = []
        self.themes: list[tuple[str, ...]] = []
        self.others: dict[str, str] = {}
        self.threads = Threads()

    def __len__(self) -> int:
        """Return how many comments there are."""
        return len(self.names)

    def __contains__(self, name: str) -> bool:
        """Tell whether anything is known of a content."""
        return name in self._places or name in self.others

    def put(self, name: str, stored: str) -> None:
        """Take in a content as it is stored (`ContentRow.stored`), in place of what was known of it."""
        row: Mapping[str, Any] = orjson.loads(stored)
        self.threads.put(name, row)
        if row.get("kind") != "comment":
            self.others[name] = stored
            return
        self.others.pop(name, None)
        place = self._placed(name)
        self._stored[place] = stored
        self._link(place, tuple(dict.fromkeys(theme for _, _, theme in row.get("themes", ()))))
        self._cells[:, place] = self._row(row)

    def column(self, name: Column) -> Numbers:
        """Return a column, one number a place."""
        return self._cells[_COLUMNS[name], : len(self.names)]

    def has(self, name: Column) -> Mask:
        """Return at which places a column holds something."""
        return np.not_equal(self.column(name), NONE)

    def raising(self, theme: str) -> Mask:
        """Return at which places a theme is raised."""
        mask = np.zeros(len(self.names), dtype=np.bool_)
        places = self._themed.get(theme, ())
        mask[np.fromiter(places, dtype=np.int64, count=len(places))] = True
        return mask

    def raised(self) -> Sequence[str]:
        """Return the themes that comments raise, in their own order."""
        return sorted(theme for theme, places in self._themed.items() if places)

    def word(self, text: str) -> int:
        """Return the number that stands for a word in the columns; one that stands in none where it's unknown."""
        return self._words.get(text, -2)

    def words(self, name: Column) -> Sequence[str]:
        """Return the different words of a column, in their own order."""
        spelt = {number: word for word, number in self._words.items()}
        return sorted(spelt[number] for number in np.unique(self.column(name)).tolist() if number != NONE)

    def row(self, name: str) -> ContentRow:
        """Return all that is known of a comment or another content. Raises `KeyError`."""
        stored = self.others.get(name)
        return ContentRow.model_validate_json(self._stored[self._places[name]] if stored is None else stored)

    def place(self, name: str) -> int | None:
        """Return the place of a comment, None where none of that name was received."""
        return self._places.get(name)

    def _placed(self, name: str) -> int:
        place = self._places.get(name)
        if place is None:
            place = self._places[name] = len(self.names)
            self.names.append(name)
            self.themes.append(())
            self._stored.append("")
            if place == self._cells.shape[1]:
                self._cells = np.concatenate([self._cells, np.full_like(self._cells, NONE)], axis=1)
        return place

    def _link(self, place: int, themes: tuple[str, ...]) -> None:
        before = self.themes[place]
        if themes == before:
            return
        for theme in before:
            self._themed[theme].discard(place)
        for theme in themes:
            self._themed.setdefault(theme, set()).add(place)
        self.themes[place] = themes

    def _row(self, row: Mapping[str, Any]) -> list[int]:
        answered_at, answered, unsigned, by_machine = self._answered(row.get("answers", ()))
        acknowledged = min(((at, event) for event, at, _ in row.get("acknowledged", ())), default=(NONE, NONE))
        return [
            row["received"],
            row["at"],
            row.get("exercise", False),
            self._number(row.get("platform")),
            answered,
            answered_at,
            unsigned,
            by_machine,
            acknowledged[1],
            acknowledged[0],
            *self._last(row.get("outcomes")),
            *self._last(row.get("labels")),
            *self._last(row.get("sentiments")),
            *(row.get(name, NONE) for name in ("hidden", "removed", "deleted", "missing")),
            row["edits"][-1][0] if "edits" in row else NONE,
            self._number(row["judges"][-1] if "judges" in row else None),
        ]

    def _answered(self, answers: Sequence[tuple[int, int, str, str]]) -> tuple[int, int, int, int]:
        if not answers:
            return NONE, NONE, NONE, NONE
        people = min(((at, event, by == "unknown") for event, at, _, by in answers if by != "machine"), default=None)
        machines = min(((at, event) for event, at, _, by in answers if by == "machine"), default=(NONE, NONE))
        return (*(people or (NONE, NONE, NONE)), machines[1])

    def _last(self, said: Sequence[tuple[int, int, str]] | None) -> tuple[int, int]:
        if not said:
            return NONE, NONE
        event, _, what = said[-1]
        return self._number(what), event

    def _number(self, word: str | None) -> int:
        return NONE if word is None else self._words.setdefault(word, len(self._words))
