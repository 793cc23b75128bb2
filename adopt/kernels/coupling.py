"""Which keywords, campaigns and products can touch one another: connected components by union-find."""

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.jit import kernel

I64 = NDArray[np.int64]


@kernel
def _root(parent: I64, node: int) -> int:
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


@kernel
def find_groups(left: I64, right: I64, group: I64) -> None:
    """Fill the group of each node (nodes,), numbered from 0 by its first node; edges left - right (edges,)."""
    parent = np.arange(group.size)
    for e in range(left.size):
        one = _root(parent, left[e])
        other = _root(parent, right[e])
        # The smaller node leads, so a group's number does not depend on the order of edges.
        parent[max(one, other)] = min(one, other)
    groups = 0
    for node in range(group.size):
        root = _root(parent, node)
        if root == node:
            group[node] = groups
            groups += 1
        else:
            group[node] = group[root]
