"""Multipliers stack over dimensions, an ad group's own go before its campaign's, like ones are merged."""

import numpy as np
import polars as pl
import pytest

from adopt.platforms.bid_segments import bid_segments, plain_segments
from adopt.tables import BidMultipliers, check


def table(*rows):
    frame = pl.DataFrame(rows, schema=BidMultipliers.column_names(), orient="row").with_columns(
        pl.col("campaign_id", "ad_group_id", "segment").cast(pl.String),
        pl.col("dimension").cast(BidMultipliers.dimension.dtype),
        pl.col("multiplier", "share").cast(pl.Float64),
    )
    return check(frame, BidMultipliers)


def targets(*owners):
    return pl.DataFrame(
        owners, schema={"campaign_id": pl.String, "ad_group_id": pl.String}, orient="row"
    )


def of(segments, i):
    cells = slice(segments.start[segments.profile[i]], segments.start[segments.profile[i] + 1])
    return list(zip(segments.multiplier[cells], segments.share[cells], strict=True))


def test_dimensions_stack_and_the_rest_bids_as_it_is():
    rows = table(
        ("c", None, "hour", "0", 0.5, 0.1),
        ("c", None, "device", "mobile", 1.5, 0.8),
        ("c", None, "audience", "new", 1.2, 0.25),
    )
    found = of(bid_segments(targets(("c", "g")), rows), 0)
    expected = {}
    for hour, p in ((0.5, 0.1), (1.0, 0.9)):
        for device, q in ((1.5, 0.8), (1.0, 0.2)):
            for audience, r in ((1.2, 0.25), (1.0, 0.75)):
                expected[hour * device * audience] = p * q * r
    assert [m for m, _ in found] == pytest.approx(sorted(expected))
    assert [s for _, s in found] == pytest.approx([expected[m] for m in sorted(expected)])


def test_an_ad_group_replaces_its_campaigns_rows_in_their_dimension_only():
    rows = table(
        ("c", None, "hour", "0", 0.5, 0.1),
        ("c", None, "hour", "1", 0.7, 0.1),
        ("c", None, "device", "mobile", 1.5, 1.0),
        ("c", "g1", "hour", "0", 0.8, 0.1),
    )
    segments = bid_segments(targets(("c", "g1"), ("c", "g2"), ("d", "g1"), (None, None)), rows)
    assert [m for m, _ in of(segments, 0)] == pytest.approx([1.2, 1.5])
    assert [m for m, _ in of(segments, 1)] == pytest.approx([0.75, 1.05, 1.5])
    assert of(segments, 2) == of(segments, 3) == [(1.0, 1.0)]
    assert segments.is_multiplied().tolist() == [True, True, False, False]


def test_like_multiples_are_merged_and_equal_profiles_are_one():
    hours = [("c", None, "hour", str(h), 0.8 if h < 84 else 1.2, 1 / 168) for h in range(168)]
    segments = bid_segments(targets(*(("c", f"g{i}") for i in range(5))), table(*hours))
    assert len(segments.start) - 1 <= 2
    found = of(segments, 0)
    assert [m for m, _ in found] == pytest.approx([0.8, 1.2])
    assert [s for _, s in found] == pytest.approx([0.5, 0.5])


def test_shares_sum_to_one_and_the_mean_multiple_survives_merging():
    generator = np.random.default_rng(5)
    hours = [("c", None, "hour", str(h), generator.uniform(0.3, 1.5), 1 / 168) for h in range(168)]
    found = of(bid_segments(targets(("c", "g")), table(*hours)), 0)
    assert sum(s for _, s in found) == pytest.approx(1.0)
    mean = sum(m * s for m, s in found)
    assert mean == pytest.approx(np.mean([row[4] for row in hours]))
    assert [m for m, _ in found] == sorted(m for m, _ in found)


def test_multipliers_of_one_are_no_multipliers():
    rows = table(
        *(("c", None, "hour", str(h), 1.0, 1 / 168) for h in range(168)),
        ("c", None, "device", "mobile", 1.0, 0.9),
    )
    segments = bid_segments(targets(("c", "g")), rows)
    assert of(segments, 0) == [(1.0, 1.0)]
    assert not segments.is_multiplied().any()


def test_targets_can_be_taken_and_repeated():
    rows = table(("c", None, "device", "mobile", 1.5, 0.5))
    segments = bid_segments(targets(("c", "g"), ("d", "g")), rows)
    assert segments.of(np.array([1, 1, 0])).is_multiplied().tolist() == [False, False, True]
    assert not plain_segments(3).is_multiplied().any()


def test_coarser_segments_are_fewer_and_keep_the_mean_multiple():
    generator = np.random.default_rng(6)
    hours = [("c", None, "hour", str(h), generator.uniform(0.3, 1.5), 1 / 168) for h in range(168)]
    fine = bid_segments(targets(("c", "g"), ("d", "g")), table(*hours))
    coarse = fine.coarser()
    assert len(of(coarse, 0)) <= 8 < len(of(fine, 0))
    assert of(coarse, 1) == [(1.0, 1.0)]
    assert sum(m * s for m, s in of(coarse, 0)) == pytest.approx(sum(m * s for m, s in of(fine, 0)))
