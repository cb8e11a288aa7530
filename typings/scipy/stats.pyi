"""What we use of `scipy.stats`."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

class CensoredData:
    def __init__(
        self,
        uncensored: Sequence[float] | None = None,
        *,
        right: Sequence[float] | None = None,
    ) -> None: ...

class EmpiricalDistributionFunction:
    quantiles: NDArray[np.float64]
    probabilities: NDArray[np.float64]

class ECDFResult:
    sf: EmpiricalDistributionFunction

class LogRankResult:
    statistic: float
    pvalue: float

class ConfidenceInterval:
    low: float
    high: float

class BootstrapResult:
    confidence_interval: ConfidenceInterval

def ecdf(sample: CensoredData) -> ECDFResult: ...
def logrank(x: CensoredData, y: CensoredData) -> LogRankResult: ...
def bootstrap(
    data: Sequence[NDArray[np.float64]],
    statistic: Callable[..., Any],
    *,
    n_resamples: int = 9999,
    vectorized: bool | None = None,
    axis: int = 0,
    confidence_level: float = 0.95,
    method: str = "BCa",
    rng: np.random.Generator | None = None,
) -> BootstrapResult: ...
