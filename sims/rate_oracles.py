"""What a forecast could be with knowledge that no report holds: the true effects, but for some, as a prior.

The known effects make the prior's mean; the unknown ones, of known variance, its Gamma shape; a target's own
counts then update it. Beside ours the score tells what modelling each effect could bring at most.
"""

import numpy as np
from numpy.typing import NDArray

from sims.forecasts import SAMPLES, Held
from sims.worlds.rate_worlds import PARTS, RateShop

F64 = NDArray[np.float64]

GROUPS = ("shop", "category", "product", "price")
COVARIATES = ("length", "match")
ORACLES = {
    "oracle groups": GROUPS,
    "+ covariates": (*GROUPS, *COVARIATES),
    "+ keywords": (*GROUPS, "keyword"),
    "all but target": (*GROUPS, *COVARIATES, "keyword"),
}


def oracle_rates(shop: RateShop, held: Held, quantity: str, seed: int) -> dict[str, F64]:
    """Draws (n, SAMPLES) of the rate by oracle."""
    generator = np.random.Generator(np.random.Philox(key=[seed, 41]))
    parts = shop.parts[quantity]
    drawn = {}
    for name, known in ORACLES.items():
        hidden = [parts[part] for part in PARTS if part not in known]
        unknown = np.asarray(sum(hidden))
        # Shape and mean of the unknown factor as they are in this shop.
        factor = np.exp(unknown)
        shape = 1.0 / max(float(factor.var() / factor.mean() ** 2), 1e-6)
        mean = np.exp(np.asarray(sum(parts[part] for part in known))) * factor.mean()
        gamma = generator.gamma(shape + held.events[:, None], 1.0, (len(mean), SAMPLES))
        drawn[name] = gamma / (shape / mean + held.trials)[:, None]
    return drawn
