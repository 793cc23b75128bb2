"""Nodes and weights of Gauss-Legendre quadrature on [0, 1].

Source: Abramowitz & Stegun (1964), 25.4.30; the nodes come from NumPy's companion-matrix roots.
"""

import numpy as np
from numpy.typing import NDArray

NODE_COUNT = 24

_nodes, _weights = np.polynomial.legendre.leggauss(NODE_COUNT)
NODES: NDArray[np.float64] = 0.5 * (_nodes + 1.0)
WEIGHTS: NDArray[np.float64] = 0.5 * _weights
