"""How likely a shopper looks at each rank of a result page."""

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]


def examination_by_rank(slots: int, exponent: float) -> F64:
    """Probability (slots,) that a shopper looks at rank r: r^-exponent; Platform says what is usual."""
    return np.arange(1, slots + 1, dtype=np.float64) ** -exponent
