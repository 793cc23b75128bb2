"""Google's own bid simulations: the plan equals brute force over the points that were offered."""

from pathlib import Path

import polars as pl
import pytest

from adopt.config import Settings, with_options
from adopt.formats.shop import read_shop
from adopt.plan.recommend import recommend

DATA = Path(__file__).parents[3] / "shared/data/google_bid_simulations"

pytestmark = pytest.mark.skipif(
    not DATA.exists(), reason=f"{DATA} lies beside a full checkout only"
)


def best_within(response, column, budget):
    """Exact optimum by dynamic programming over undominated (cost, value) pairs."""
    pairs = [(0.0, 0.0)]
    for _, levels in response.sort("target_id").group_by("target_id", maintain_order=True):
        offered = levels.select("cost", column).rows()
        joined = sorted(
            {(c + dc, v + dv) for c, v in pairs for dc, dv in offered}, key=lambda p: (p[0], -p[1])
        )
        pairs, best = [], float("-inf")
        for cost, value in joined:
            if value > best and cost <= budget * (1 + 1e-12):
                pairs.append((cost, value))
                best = value
    return max(value for _, value in pairs)


@pytest.mark.parametrize("budget", ["15", "60", "100", "400"])
@pytest.mark.parametrize("objective", ["revenue", "orders"])
@pytest.mark.parametrize("max_step", [0.2, 10.0])
def test_the_plan_equals_brute_force(budget, objective, max_step):
    settings = with_options(Settings(), budget=budget, objective=objective, max_step=max_step)
    result = recommend(read_shop(DATA, settings), settings)
    certificate = result.summary["certificate"]
    exact = best_within(result.response, objective, float(budget))
    assert certificate["objective_value"] == pytest.approx(exact, rel=1e-6)
    assert certificate["upper_bound"] >= exact * (1 - 1e-9)
    assert result.recommendations["cost_recommended"].sum() <= float(budget) * (1 + 1e-9)


def test_every_bid_is_a_simulated_point_or_in_force_or_says_that_it_extrapolates():
    settings = with_options(Settings(), budget="300", max_step=10.0)
    data = read_shop(DATA, settings)
    table = recommend(data, settings).recommendations
    support = data.landscape_points.group_by("target_id").agg(
        pl.col("bid").min().alias("first"),
        pl.col("bid").max().alias("last"),
        pl.col("bid").alias("points"),
    )
    rows = table.join(support, on="target_id").filter(pl.col("recommended_bid") > 0)
    assert len(rows) >= 5
    is_point = rows.select(pl.col("recommended_bid").is_in(pl.col("points"))).to_series()
    is_held = rows["recommended_bid"] == rows["current_bid"].fill_null(-1)
    assert (is_point | is_held).all()
    outside = ~rows["recommended_bid"].is_between(rows["first"], rows["last"])
    assert (outside == rows["is_extrapolated"]).all()
    assert (outside == rows["reasons"].list.contains("EXTRAPOLATED")).all()


def test_ten_real_curves_are_read():
    data = read_shop(DATA, Settings())
    assert len(data.targets) == 10
    assert data.currency == "GBP"
    codes = {notice.code for notice in data.notices}
    assert len(codes) >= 3
