"""Nodes and weights of Gauss-Legendre quadrature on [0, 1].

Source: Abramowitz & Stegun (1964), 25.4.30; the nodes come from NumPy's companion-matrix roots.
"""

import numpy as np
from numpy.typing import NDArray

NODE_COUNT = 24
FEW_COUNT = 14


def _on_unit_interval(count: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return 0.5 * (nodes + 1.0), 0.5 * weights


NODES, WEIGHTS = _on_unit_interval(NODE_COUNT)
FEW_NODES, FEW_WEIGHTS = _on_unit_interval(FEW_COUNT)

SIX_NODES, SIX_WEIGHTS = _on_unit_interval(6)
