import numpy as np
import polars as pl
import pytest

from adopt.errors import ConfigError, DataError
from adopt.optimise.limit import Limit
from adopt.optimise.problem import build_problem, without_rows


def test_rows_of_response_in_any_order_give_the_same_problem(make):
    response, limits = make.random(1)
    a = build_problem(response, limits, "profit")
    b = build_problem(response.sample(fraction=1.0, shuffle=True, seed=3), limits, "profit")
    for name in ("value", "attribute", "level_start", "level", "current", "member_row", "capacity"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name))


def test_an_roi_floor_is_the_row_floor_times_cost_less_revenue(make):
    response, _ = make.random(2)
    problem = build_problem(response, (Limit("target_roi", "account", 3.0),), "revenue")
    assert problem.weight.tolist() == [[3.0, -1.0, 0.0, 0.0]]
    assert problem.capacity[0] == pytest.approx(0.0, abs=1e-8)


def test_the_current_cell_is_the_level_in_force(make):
    response = make.response(*(np.ones((2, 3)),) * 4, current=[2, 0])
    assert build_problem(response, (), "profit").current.tolist() == [2, 3]
    response = response.with_columns(pl.lit(value=False).alias("is_current"))
    assert build_problem(response, (), "profit").current.tolist() == [-1, -1]


def test_dropping_a_limit_leaves_the_others(make):
    response, limits = make.random(3)
    problem = without_rows(build_problem(response, limits, "profit"), {1, 3})
    assert problem.limits == (limits[0], limits[2], limits[4])


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), None])
@pytest.mark.parametrize("column", ["cost", "revenue", "orders", "profit"])
def test_a_missing_or_infinite_number_is_refused(make, column, bad):
    response, limits = make.random(4)
    broken = response.with_columns(
        pl.when(pl.int_range(pl.len()) == 7).then(pl.lit(bad)).otherwise(column).alias(column)
    )
    with pytest.raises(DataError, match=column):
        build_problem(broken, limits, "profit")


def test_an_unknown_profit_matters_only_to_the_profit_objective(make):
    response, limits = make.random(5)
    unknown = response.with_columns(pl.lit(None, dtype=pl.Float64).alias("profit"))
    assert np.isnan(build_problem(unknown, limits, "revenue").profit).all()
    with pytest.raises(DataError, match="profit"):
        build_problem(unknown, limits, "profit")


def test_a_repeated_level_is_refused(make):
    response, limits = make.random(6)
    with pytest.raises(DataError, match="more than once"):
        build_problem(pl.concat([response, response.head(1)]), limits, "profit")


def test_an_empty_response_is_refused(make):
    response, _ = make.random(7)
    with pytest.raises(DataError, match="no target"):
        build_problem(response.clear(), (), "profit")


@pytest.mark.parametrize(
    "limit",
    [
        Limit("campaign_budget", "c", 1.0, ("nobody",)),
        Limit("campaign_budget", "c", 1.0, ("t00000", "t00000")),
        Limit("account_budget", "account", float("nan")),
        Limit("account_budget", "account", -1.0),
        Limit("weather", "account", 1.0),
    ],
)
def test_a_limit_that_cannot_be_used_is_refused(make, limit):
    response, _ = make.random(8)
    with pytest.raises(ConfigError):
        build_problem(response, (limit,), "profit")


def test_an_unknown_objective_is_refused(make):
    response, _ = make.random(9)
    with pytest.raises(ConfigError, match="objective"):
        build_problem(response, (), "fame")
