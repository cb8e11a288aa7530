"""Statistics of times to a bug, some of which nobody has seen: the budget came first.

A time is a number of executions; a trial that ended without the bug is censored at its budget.
What is random here is drawn from a fixed seed: same trials, same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from statistics import median as middle
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy import stats

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

RESAMPLES: Final = 2000
CONFIDENCE: Final = 0.95
SEED: Final = 2016
"""Any number would do, as long as it stays."""


@dataclass(frozen=True, slots=True)
class Times:
    """When the trials of one searcher came to one bug."""

    seen: tuple[int, ...]
    """Executions of the trials that did."""
    censored: int
    """How many trials did not."""
    budget: int
    """Executions after which they gave up."""

    @property
    def trials(self) -> int:
        """How many there were."""
        return len(self.seen) + self.censored

    @property
    def restricted(self) -> NDArray[np.float64]:
        """Executions that each trial spent before the bug, at most its budget."""
        return np.array([*self.seen, *[self.budget] * self.censored], dtype=np.float64)

    @property
    def ranked(self) -> NDArray[np.float64]:
        """The same to compare by: not to have found a bug is later than any time."""
        return np.array([*self.seen, *[self.budget + 1] * self.censored], dtype=np.float64)

    @property
    def data(self) -> stats.CensoredData:
        """The same for the library."""
        return stats.CensoredData(self.seen, right=[self.budget] * self.censored)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number, and the interval in which it is with a confidence of 95 %."""

    value: float
    low: float
    high: float


def median(times: Times) -> float | None:
    """Return the median; None when half of the trials or more did not find the bug."""
    value = middle([*map(float, times.seen), *[float("inf")] * times.censored])
    return None if value == float("inf") else value


def survival(times: Times) -> tuple[list[float], list[float]]:
    """Return the curve of Kaplan and Meier: from each of the times on, the share without it."""
    curve = stats.ecdf(times.data).sf
    return [0.0, *curve.quantiles.tolist()], [1.0, *curve.probabilities.tolist()]


def restricted_mean(times: Times) -> Estimate:
    """Return the restricted mean survival time: the area under the curve up to the budget."""
    moments, shares = survival(times)
    ends = [*moments[1:], float(times.budget)]
    spans = zip(moments, ends, shares, strict=True)
    value = sum((max(end, start) - start) * share for start, end, share in spans)
    low, high = _interval((times.restricted,), np.mean)
    return Estimate(value, low, high)


def a12(one: Times, other: Times) -> Estimate:
    """Return the probability that `one` finds the bug sooner than `other`; a tie counts half.

    Vargha and Delaney (2000); 0.5 is no difference, 0.56 a small, 0.64 a medium, 0.71 a large one.
    """
    low, high = _interval((one.ranked, other.ranked), _sooner)
    return Estimate(float(_sooner(one.ranked, other.ranked)), low, high)


def log_rank(one: Times, other: Times) -> float:
    """Return the p-value of the log-rank test that two searchers are alike; 1 if none saw it."""
    if not one.seen and not other.seen:
        return 1.0
    if not one.censored and not other.censored and set(one.seen) == set(other.seen):
        return 1.0  # The statistic may be 0 / 0 then.
    return float(stats.logrank(one.data, other.data).pvalue)


def holm(values: Sequence[float]) -> list[float]:
    """Correct p-values of several tests for their number, as Holm (1979) does."""
    order = sorted(range(len(values)), key=lambda index: values[index])
    corrected = [0.0] * len(values)
    least = 0.0
    for rank, index in enumerate(order):
        least = max(least, min(1.0, values[index] * (len(values) - rank)))
        corrected[index] = least
    return corrected


def geometric_mean(values: Sequence[float]) -> float:
    """Return the geometric mean of numbers above 0."""
    return exp(sum(map(log, values)) / len(values))


def _sooner(one: Any, other: Any, axis: int = -1) -> Any:
    """Return in which share of all pairs the first is smaller; a tie counts half."""
    assert axis == -1, "the bootstrap resamples along the last axis"
    first, second = one[..., :, None], other[..., None, :]
    return (first < second).mean((-2, -1)) + (first == second).mean((-2, -1)) / 2


def _interval(
    samples: tuple[NDArray[np.float64], ...], statistic: Callable[..., Any]
) -> tuple[float, float]:
    """Bootstrap an interval by percentiles; samples of one value have one."""
    if all(sample.min() == sample.max() for sample in samples):
        value = float(statistic(*samples, axis=-1))
        return value, value
    found = stats.bootstrap(
        samples,
        statistic,
        n_resamples=RESAMPLES,
        vectorized=True,
        confidence_level=CONFIDENCE,
        axis=-1,
        method="percentile",
        rng=np.random.default_rng(SEED),
    ).confidence_interval
    return float(found.low), float(found.high)
