"""On real bid simulations ours is no worse than the best rival between points, and better beyond."""

import polars as pl
import pytest

from sims.study_real_curves import DATA, RIVALS, errors_of, real_curves

pytestmark = pytest.mark.skipif(
    not DATA.exists(), reason=f"{DATA} lies beside a full checkout only"
)


def test_ours_is_the_best_of_five_on_held_out_points():
    curves = real_curves()
    assert len(curves) == 9
    rows = [row for curve in curves for row in errors_of(curve)]
    table = (
        pl.DataFrame(rows, schema=["method", "part", "quantity", "error"], orient="row")
        .group_by("method", "part", "quantity")
        .agg(pl.col("error").mean())
    )
    ours = table.filter(method="ours")
    best = (
        table.filter(pl.col("method").is_in(list(RIVALS)))
        .group_by("part", "quantity")
        .agg(pl.col("error").min().alias("best"))
    )
    joined = ours.join(best, on=["part", "quantity"], validate="1:1")
    assert len(joined) == 6
    assert (joined["error"] <= joined["best"]).all()
