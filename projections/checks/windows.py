"""Windows of time, and whether a moment lies in one of them."""

from bisect import bisect_right
from datetime import datetime


class Windows:
    """Windows in any order, both ends included; those that overlap become one as soon as somebody asks."""

    def __init__(self) -> None:
        """Begin without any."""
        self._windows: list[tuple[datetime, datetime]] = []
        self._begins: list[datetime] = []
        self._joined = True

    def add(self, begun: datetime, ended: datetime) -> None:
        """Add a window; one that ends before it begins holds nothing."""
        if begun <= ended:
            self._windows.append((begun, ended))
            self._joined = False

    def hold(self, moment: datetime) -> bool:
        """Tell whether a moment lies in a window."""
        if not self._joined:
            self._join()
        place = bisect_right(self._begins, moment) - 1
        return place >= 0 and moment <= self._windows[place][1]

    def _join(self) -> None:
        joined: list[tuple[datetime, datetime]] = []
        for begun, ended in sorted(self._windows):
            if joined and begun <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(joined[-1][1], ended))
            else:
                joined.append((begun, ended))
        self._windows, self._begins, self._joined = joined, [begun for begun, _ in joined], True
