"""How sure a share or a ratio of shares is: intervals, with their formulas. Pure numbers."""

from math import inf, sqrt
from typing import NamedTuple

from scipy.special import betaincinv

CONFIDENCE = 0.95
_Z = 1.959963984540054
"""The 0.975 quantile of the standard normal distribution."""


class Bounds(NamedTuple):
    """Between which values something lies, with confidence `CONFIDENCE`. `high` may be infinite."""

    low: float
    high: float


def wilson(part: int, whole: int) -> Bounds:
    """Return the score interval of the share part/whole, for whole > 0.

    (p + z²/2n ± z √(p(1 - p)/n + z²/4n²)) / (1 + z²/n). Wilson, Probable inference, the law of succession, and
    statistical inference, JASA 22 (1927) 209-212.
    """
    share, square = part / whole, _Z * _Z / whole
    middle = share + square / 2
    reach = _Z * sqrt(share * (1 - share) / whole + square / (4 * whole))
    low, high = (middle - reach) / (1 + square), (middle + reach) / (1 + square)
    return Bounds(low if part else 0.0, high if part < whole else 1.0)


def clopper_pearson(part: int, whole: int) -> Bounds:
    """Return the exact interval of the share part/whole: what no one-sided binomial test at α/2 rules out.

    The bounds are quantiles of beta distributions: α/2 of B(k, n - k + 1) and 1 - α/2 of B(k + 1, n - k). Clopper and
    Pearson, The use of confidence or fiducial limits illustrated in the case of the binomial, Biometrika 26 (1934)
    404-413. Of nothing (whole = 0) nothing is known: 0 to 1.
    """
    tail = (1 - CONFIDENCE) / 2
    low = float(betaincinv(part, whole - part + 1, tail)) if part else 0.0
    high = float(betaincinv(part + 1, whole - part, 1 - tail)) if part < whole else 1.0
    return Bounds(low, high)


def exact_ratio(part: int, whole: int, other_part: int, other_whole: int) -> Bounds:
    """Return the exact interval of the ratio (part/whole) / (other_part/other_whole), for wholes > 0.

    Given the total t = part + other_part, part is binomial (t, θ) with θ = r·whole / (r·whole + other_whole), where r
    is the ratio: the Clopper-Pearson bounds of θ become those of r = θ/(1 - θ) · other_whole/whole. Exact where what
    is counted is rare (Poisson), wider than needed where it isn't. Przyborowski and Wilenski, Homogeneity of results
    in testing samples from Poisson series, Biometrika 31 (1940) 313-323.
    """
    low, high = clopper_pearson(part, part + other_part)
    scale = other_whole / whole
    return Bounds(low / (1 - low) * scale if low < 1 else inf, high / (1 - high) * scale if high < 1 else inf)
