"""How severe each theme is, as it was last said."""

from collections.abc import Iterable

from projections.event import Event
from projections.projection import ObjectProjection, ObjectRow, RowKey


class ThemeLevel(ObjectRow):
    """A theme's severity, by the organisation's own words."""

    severity: str | None = None


class ThemeLevels(ObjectProjection[ThemeLevel]):
    """One row a theme and incident."""

    name = "theme_levels"
    version = 1
    types = frozenset({"theme.identified"})
    row = ThemeLevel

    def keys(self, event: Event) -> Iterable[RowKey]:
        """Return the theme, unless a drill raised it."""
        theme = event.text("theme")
        if event.incident is not None and theme and not event.exercise:
            yield RowKey(event.incident, theme)

    def change(self, row: ThemeLevel, event: Event) -> ThemeLevel:
        """Take over the severity where the event says one."""
        said = event.text("severity")
        return row if said is None else row.model_copy(update={"severity": said})


THEME_LEVELS = ThemeLevels()
