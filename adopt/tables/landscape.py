"""LANDSCAPE: the competition on one target, as fitted (DESIGN.md §2)."""

import dataframely as dy


class Landscape(dy.Schema):
    """Poisson rank-score landscape in bid units of the target.

    queries: searches per day that the target can enter
    rivals: m, expected rivals per search; mu, sigma: log rank score of a rival
    evidence_days: days with impressions; levels_seen: distinct bids in the history
    """

    target_id = dy.String(primary_key=True)
    queries = dy.Float64(min=0)
    rivals = dy.Float64(min_exclusive=0)
    mu = dy.Float64()
    sigma = dy.Float64(min_exclusive=0)
    quality = dy.Float64(min_exclusive=0)
    evidence_days = dy.Int64(min=0)
    levels_seen = dy.Int64(min=0)
