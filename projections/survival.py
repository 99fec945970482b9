"""How long until something happens, where for some it hasn't happened yet: the Kaplan–Meier estimate."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Durations = npt.NDArray[np.int64]
_Z = 1.959963984540054
"""The 97.5 % quantile of the normal distribution: 95 % lie within ±z."""
_ROUNDING = 1e-9


class Curve(NamedTuple):
    """S(t), the share for whom it hasn't happened at t, after each of `times`; `low` and `high` bound 95 % of it."""

    times: Durations
    share: npt.NDArray[np.float64]
    low: npt.NDArray[np.float64]
    high: npt.NDArray[np.float64]


class Quantile(NamedTuple):
    """A quantile of the durations and its 95 % interval; None where the curve doesn't come down so far."""

    value: int | None
    low: int | None
    high: int | None


def kaplan_meier(happened: Durations, waiting: Durations) -> Curve:
    """Return the curve of durations until it `happened`, and of durations that those still `waiting` have waited.

    S(t) = ∏ (1 − dᵢ/nᵢ) over the times tᵢ ≤ t, where dᵢ had it at tᵢ and nᵢ had not had it before and were still seen
    (Kaplan & Meier 1958); who stopped being seen at tᵢ counts in nᵢ. Variance by Greenwood (1926), Σ dᵢ/(nᵢ(nᵢ−dᵢ)),
    and the interval on log(−log S), which keeps it within 0 and 1 (Kalbfleisch & Prentice 1980).
    """
    had, seen = np.sort(happened), np.sort(waiting)
    times, first, deaths = np.unique(had, return_index=True, return_counts=True)
    at_risk = len(had) - first + len(seen) - np.searchsorted(seen, times, "left")
    share = np.cumprod(1 - deaths / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.cumsum(deaths / (at_risk * (at_risk - deaths)))
        spread = np.exp(_Z * np.sqrt(variance) / np.abs(np.log(share)))
        low, high = share**spread, share ** (1 / spread)
    ended = at_risk == deaths  # S is 0 there, and its logarithm says nothing
    return Curve(times, share, np.where(ended, 0.0, low), np.where(ended, 0.0, high))


def quantile(curve: Curve, part: float) -> Quantile:
    """Return the first time by which it has happened for `part` of all: S(t) ≤ 1 − part.

    Its interval holds the times at which the interval of S meets 1 − part (Brookmeyer & Crowley 1982).
    """
    return Quantile(*(_first(curve.times, share, 1 - part) for share in (curve.share, curve.low, curve.high)))


def _first(times: Durations, share: npt.NDArray[np.float64], limit: float) -> int | None:
    there = np.flatnonzero(share <= limit + _ROUNDING)
    return int(times[there[0]]) if len(there) else None
