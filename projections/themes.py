"""What people raised: themes, each with its titles and what it was merged into. Comments know their own themes."""

from collections.abc import Iterable, Mapping

import numpy as np

from projections.comment_table import CommentTable, Mask
from projections.comments import Said
from projections.event import Event
from projections.instants import micros
from projections.projection import ObjectProjection, ObjectRow, RowKey, of_incident


class ThemeRow(ObjectRow):
    """One theme. `titles` are those it was given when renamed, in the order of the log; the last one counts.

    `identified` is the event that defined it first, at `identified_at` (µs since 1970); its severity is the one said
    last. `merged` holds into what it was
    merged, the last one counts.
    """

    identified: int | None = None
    identified_at: int | None = None
    first_title: str | None = None
    definition: str | None = None
    redefined: str | None = None
    severity: str | None = None
    titles: tuple[Said, ...] = ()
    merged: tuple[Said, ...] = ()
    exercise: bool = False

    @property
    def title(self) -> str | None:
        """Return the title under which it is shown, however late its first definition came."""
        return self.titles[-1].what if self.titles else self.first_title


class Themes(ObjectProjection[ThemeRow]):
    """One row a theme and incident."""

    name = "themes"
    version = 1
    types = frozenset({"theme.identified", "theme.renamed", "theme.merged"})
    row = ThemeRow

    def keys(self, event: Event) -> Iterable[RowKey]:
        """Return the theme."""
        return of_incident(event, event.text("theme"))

    def change(self, row: ThemeRow, event: Event) -> ThemeRow:
        """Return the theme as defined, under its new title, or as part of another."""
        index, at = event.index, micros(event.moment)
        row = row.model_copy(update={"exercise": event.exercise})
        match event.type:
            case "theme.renamed":
                titles = (*row.titles, Said(index, at, event.text("title") or ""))
                return row.model_copy(update={"titles": titles, "redefined": event.text("definition") or row.redefined})
            case "theme.merged":
                return row.model_copy(update={"merged": (*row.merged, Said(index, at, event.text("into") or ""))})
        severity = event.text("severity") or row.severity
        if row.identified is not None:
            return row.model_copy(update={"severity": severity})
        told = {"definition": event.text("definition"), "severity": severity, "first_title": event.text("title")}
        return row.model_copy(update={"identified": index, "identified_at": at, **told})


THEMES = Themes()


def real_themes(themes: Mapping[str, ThemeRow]) -> dict[str, ThemeRow]:
    """Return the themes that no drill made up."""
    return {name: row for name, row in themes.items() if not row.exercise}


def resolved(themes: Mapping[str, ThemeRow]) -> dict[str, str]:
    """Return for every theme the one that its comments count for: where its chain of merges ends.

    Themes merged in a circle count for the first of them by name, so that no comment is lost.
    """
    ends: dict[str, str] = {}
    for name in real_themes(themes):
        chain = [name]
        while (into := _into(themes, chain[-1])) is not None and into not in ends and into not in chain:
            chain.append(into)
        end = chain[-1] if into is None else ends.get(into) or min(chain[chain.index(into) :])
        ends |= dict.fromkeys(chain, end)
    return ends


def by_place(table: CommentTable, ends: Mapping[str, str]) -> dict[str, Mask]:
    """Return the comments of every theme for which they count, once each."""
    places: dict[str, list[int]] = {}
    for place, names in enumerate(table.themes):
        for name in names:
            places.setdefault(ends.get(name, name), []).append(place)
    placed = {}
    for name, found in places.items():
        where = np.zeros(len(table), np.bool_)
        where[found] = True
        placed[name] = where
    return placed


def _into(themes: Mapping[str, ThemeRow], name: str) -> str | None:
    row = themes.get(name)
    into = row.merged[-1].what if row is not None and row.merged else None
    return None if into == name else into
