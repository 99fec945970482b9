"""How late a source's events usually are: lags counted by powers of two, so that any history takes the same room."""

from datetime import timedelta

_STEPS = 48


class LagHistory:
    """Counts lags in steps of 1 s, 2 s, 4 s …; what is early counts as 0 s."""

    def __init__(self) -> None:
        """Begin without any."""
        self.count = 0
        self._steps = [0] * _STEPS

    def add(self, lag: timedelta) -> None:
        """Count a lag."""
        self.count += 1
        self._steps[_step(lag)] += 1

    def shorter(self, lag: timedelta) -> float:
        """Return the share of lags in lower steps than this one: at most its percentile, as a share from 0 to 1."""
        return sum(self._steps[: _step(lag)]) / self.count if self.count else 0.0


def _step(lag: timedelta) -> int:
    return min(max(int(lag.total_seconds()), 0).bit_length(), _STEPS - 1)
