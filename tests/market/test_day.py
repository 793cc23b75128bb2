"""What must hold of any simulated day."""

import math
from dataclasses import replace
from datetime import date

import numba
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adopt.market.day import simulate_days
from adopt.market.shop_market import Shoppers, as_arrays
from adopt.platforms import PLATFORMS
from adopt.tables import BidMultipliers
from tests.market.grid_shop import multiplied_grid
from tests.market.small_shop import PARTS, small_multipliers, small_shop

TAOBAO = PLATFORMS["taobao"]


def test_multipliers_of_one_change_nothing_but_the_log():
    market = small_shop(Shoppers(**PARTS))
    ones = small_multipliers().with_columns(multiplier=pl.lit(1.0))
    plain = simulate_days(market, TAOBAO, days=2, seed=3, events=True)
    same = simulate_days(replace(market, multipliers=ones), TAOBAO, days=2, seed=3, events=True)
    log = ("device", "audience")
    for a, b in zip(frames_of(plain)[:-1], frames_of(same)[:-1], strict=True):
        assert a.equals(b)
    assert plain.events.drop(log).equals(same.events.drop(log))
    assert plain.events["device"].null_count() == len(plain.events)
    assert same.events["device"].null_count() == 0
    n = len(same.events)
    for column, parts in (("device", PARTS["devices"]), ("audience", PARTS["audiences"])):
        for name, share in parts:
            spread = math.sqrt(share * (1 - share) / n)
            found = (same.events[column] == name).sum() / n
            assert found == pytest.approx(share, abs=4 * spread)


def test_multipliers_meet_the_same_searches():
    market = small_shop(Shoppers(**PARTS), multipliers=small_multipliers())
    halved = small_multipliers().with_columns(pl.col("multiplier") * 0.5)
    one, other = (
        simulate_days(replace(market, multipliers=given), TAOBAO, days=2, seed=3)
        for given in (small_multipliers(), halved)
    )
    assert one.searches.equals(other.searches)
    assert not one.history.equals(other.history)


def test_the_product_of_highest_multiplied_score_enters():
    grid = multiplied_grid().targets.head(1)
    pair = pl.concat([grid, grid.with_columns(target_id=pl.lit("b"), campaign_id=pl.lit("047"))])
    rows = [
        (pair["campaign_id"][0], None, "device", "mobile", 1.5, 0.75),
        ("047", None, "device", "pc", 1.5, 0.25),
    ]
    multipliers = pl.DataFrame(rows, schema=BidMultipliers.create_empty().schema, orient="row")
    market = replace(multiplied_grid(), targets=pair, multipliers=multipliers)
    log = simulate_days(market, TAOBAO, days=2, seed=1, events=True).events
    shown = set(log.select("target_id", "device").unique().rows())
    assert shown == {(grid["target_id"][0], "mobile"), ("b", "pc")}


def test_an_hour_of_monday_is_not_one_of_tuesday():
    rows = [(one, None, "hour", str(h), 0.01, 1 / 168) for h in range(24) for one in ("c0", "c1")]
    multipliers = pl.DataFrame(rows, schema=BidMultipliers.create_empty().schema, orient="row")
    market = small_shop(multipliers=multipliers)
    days = simulate_days(market, TAOBAO, days=2, seed=1, first_date=date(2026, 10, 5))
    own = market.targets.filter(pl.col("campaign_id").is_in(["c0", "c1"]))
    shown = (
        days.history.join(own, on="target_id", how="semi")
        .group_by("date")
        .agg(pl.col("impressions").sum())
    )
    # A bid below the floor enters nothing.
    assert shown.sort("date")["impressions"].to_list()[0] == 0.0
    assert shown.sort("date")["impressions"].to_list()[1] > 0.0


def test_a_segment_of_nobody_is_refused():
    market = small_shop(multipliers=small_multipliers())
    with pytest.raises(ValueError, match="no device of the shoppers is named mobile"):
        as_arrays(market, TAOBAO)


def both(market, **options):
    """The same days at the least and the largest number of threads."""
    before = numba.get_num_threads()
    try:
        results = []
        for threads in (1, before):
            numba.set_num_threads(threads)
            results.append(simulate_days(market, TAOBAO, **options))
    finally:
        numba.set_num_threads(before)
    return results


def frames_of(days):
    return (days.history, days.late, days.searches, days.campaigns, days.stock, days.events)


MARKETS = {
    "plain": small_shop(),
    "multiplied": small_shop(
        Shoppers(own_items=2, **PARTS), rival_budget=0.5, multipliers=small_multipliers()
    ),
}


@pytest.mark.parametrize("name", MARKETS)
def test_rows_in_any_order_and_any_threads_play_the_same_days(name):
    market = MARKETS[name]
    shuffled = replace(
        market,
        **{
            table: getattr(market, table).sample(fraction=1.0, shuffle=True, seed=3)
            for table in ("targets", "keywords", "campaigns", "products", "multipliers")
        },
    )
    one, other = both(market, days=3, seed=2, events=True)
    third = simulate_days(shuffled, TAOBAO, days=3, seed=2, events=True)
    for a, b, c in zip(frames_of(one), frames_of(other), frames_of(third), strict=True):
        assert a.equals(b)
        assert a.equals(c)


def test_another_seed_and_another_shop_play_other_days():
    market = small_shop()
    first = simulate_days(market, TAOBAO, days=1, seed=1).history
    assert not first.equals(simulate_days(market, TAOBAO, days=1, seed=2).history)
    other = replace(market, shop_id="other")
    assert not first.equals(simulate_days(other, TAOBAO, days=1, seed=1).history)


def test_the_log_changes_nothing_and_adds_up():
    market = small_shop()
    plain = simulate_days(market, TAOBAO, days=3, seed=5)
    logged = simulate_days(market, TAOBAO, days=3, seed=5, events=True)
    assert plain.history.equals(logged.history)
    assert plain.stock.equals(logged.stock)
    summed = logged.events.group_by("target_id", "date").agg(
        pl.len().alias("clicks").cast(pl.Float64),
        pl.col("price").sum().alias("cost"),
        pl.col("order_value").count().alias("all_orders"),
    )
    joined = logged.history.filter(pl.col("clicks") > 0).join(
        summed, on=["target_id", "date"], how="left", suffix="_log"
    )
    assert joined["clicks"].equals(joined["clicks_log"].rename("clicks"))
    assert joined["cost_log"].to_numpy() == pytest.approx(joined["cost"].to_numpy())
    orders = logged.history["orders"].sum() + logged.late["orders"].sum()
    assert logged.events["order_value"].count() == orders


def test_a_late_order_is_one_whose_lag_passes_the_last_day():
    days = simulate_days(
        small_shop(shoppers=Shoppers(lag=(0.3, 0.6, 1.0))), TAOBAO, days=4, seed=5, events=True
    )
    last = days.history["date"].max()
    late = days.events.filter(
        pl.col("order_value").is_not_null()
        & (pl.col("date") + pl.duration(days=pl.col("lag")) > last)
    )
    assert len(late) == days.late["orders"].sum() > 0


@settings(max_examples=15)
@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 4),
    st.tuples(*[st.integers(1, 80)] * 4),
    st.floats(0, 1),
    st.booleans(),
    st.one_of(st.none(), st.floats(0.01, 3.0)),
)
def test_money_reconciles_and_no_limit_is_passed(
    seed, own_items, budget_yuan, day_spread, is_multiplied, rival_budget
):
    shoppers = Shoppers(own_items=own_items, day_spread=day_spread, lag=(0.6, 1.0), **PARTS)
    market = small_shop(
        shoppers=shoppers,
        queries=20.0,
        budget_yuan=budget_yuan,
        rival_budget=rival_budget,
        multipliers=small_multipliers() if is_multiplied else None,
    )
    most = 1.5 * 1.3 * 1.6 if is_multiplied else 1.0
    days = simulate_days(market, TAOBAO, days=2, seed=seed)
    spent = (
        days.history.join(market.targets.select("target_id", "campaign_id"), on="target_id")
        .group_by("campaign_id", "date")
        .agg(pl.col("cost").sum())
        .join(days.campaigns, on=["campaign_id", "date"], suffix="_campaign")
        .join(market.campaigns, on="campaign_id")
    )
    assert spent["cost"].to_numpy() == pytest.approx(spent["cost_campaign"].to_numpy())
    assert (spent["cost_campaign"] <= spent["budget"] / 1e6 + 1e-9).all()
    played = days.history
    assert (played["clicks"] <= played["impressions"]).all()
    assert (played["orders"] <= played["clicks"]).all()
    highest = played["bid"] / 1e6 * most + (0.005 if is_multiplied else 1e-9)
    assert (played["cost"] <= played["clicks"] * highest + 1e-9).all()
    assert (played["cost"] >= played["clicks"] * 0.05 - 1e-9).all()
    orders = (
        pl.concat(
            [
                played.select("target_id", "orders"),
                days.late.select("target_id", pl.col("orders").cast(pl.Float64)),
            ]
        )
        .join(market.targets.select("target_id", "product_id"), on="target_id")
        .group_by("product_id")
        .agg(pl.col("orders").sum())
        .join(market.products.join(days.stock, on="product_id", suffix="_left"), on="product_id")
        .drop_nulls("stock")
    )
    assert (orders["orders"] == orders["stock"] - orders["stock_left"]).all()
    assert (orders["stock_left"] >= 0).all()


def test_one_product_a_search_leaves_the_lower_scores_nothing():
    market = replace(
        small_shop(),
        campaigns=small_shop().campaigns.with_columns(pl.lit(None, dtype=pl.Int64).alias("budget")),
        products=small_shop().products.with_columns(pl.lit(None, dtype=pl.Int64).alias("stock")),
    )
    alone = simulate_days(market, TAOBAO, days=1, seed=1).history
    arrays = as_arrays(market, TAOBAO)
    first = set(arrays.target_id.gather(arrays.layout.keyword_targets[:-1]))
    shown = set(alone.filter(pl.col("impressions") > 0)["target_id"])
    assert shown <= first
    shoppers = replace(market.shoppers, own_items=3)
    many = simulate_days(replace(market, shoppers=shoppers), TAOBAO, days=1, seed=1).history
    assert not set(many.filter(pl.col("impressions") > 0)["target_id"]) <= first


def test_a_changed_bid_leaves_searches_and_other_groups_as_they_were():
    market = small_shop()
    raised = replace(
        market,
        targets=market.targets.with_columns(
            pl.when(pl.col("target_id") == "t060").then(5_000_000).otherwise("bid").alias("bid")
        ),
    )
    before = simulate_days(market, TAOBAO, days=2, seed=3)
    after = simulate_days(raised, TAOBAO, days=2, seed=3)
    assert before.searches.sort("keyword_id", "date").equals(
        after.searches.sort("keyword_id", "date")
    )
    campaign = market.targets.filter(pl.col("target_id") == "t060")["campaign_id"][0]
    others = market.targets.filter(~pl.col("campaign_id").is_in(["c0", "c1", campaign]))[
        "target_id"
    ]
    untouched = pl.col("target_id").is_in(others.implode())
    assert before.history.filter(untouched).equals(after.history.filter(untouched))
    impressions = pl.col("impressions").filter(pl.col("target_id") == "t060").sum()
    assert before.history.select(impressions).item() <= after.history.select(impressions).item()


def test_smooth_delivery_lasts_where_standard_ends_at_noon():
    def last_hours(is_smooth):
        market = small_shop(queries=400.0, budget_yuan=(30, 30, 30, 30))
        market = replace(
            market, campaigns=market.campaigns.with_columns(pl.lit(is_smooth).alias("is_smooth"))
        )
        return simulate_days(market, TAOBAO, days=3, seed=3, events=True)

    standard, smooth = last_hours(is_smooth=False), last_hours(is_smooth=True)
    assert standard.campaigns["closed_hour"].fill_null(24).max() < 20
    assert smooth.events["hour"].mean() == pytest.approx(11.5, abs=2.0)
    assert standard.events["hour"].mean() < smooth.events["hour"].mean() - 2.0
    spent = [days.campaigns["cost"].mean() for days in (standard, smooth)]
    assert min(spent) > 0.9 * 30


def test_a_target_of_an_unknown_keyword_is_refused():
    market = small_shop()
    with pytest.raises(ValueError, match="keyword_id"):
        as_arrays(replace(market, keywords=market.keywords.head(3)), TAOBAO)


def test_idle_keywords_and_campaigns_change_nothing():
    market = small_shop()
    idle = replace(
        market,
        keywords=pl.concat(
            [market.keywords, market.keywords.head(1).with_columns(keyword_id=pl.lit("z"))]
        ),
        campaigns=pl.concat(
            [market.campaigns, market.campaigns.head(1).with_columns(campaign_id=pl.lit("z"))]
        ),
    )
    plain = simulate_days(market, TAOBAO, days=2, seed=3, events=True)
    more = simulate_days(idle, TAOBAO, days=2, seed=3, events=True)
    assert more.history.equals(plain.history)
    assert more.events.equals(plain.events)
    assert more.searches.filter(pl.col("keyword_id") == "z")["searches"].sum() > 0
    assert more.campaigns.filter(pl.col("campaign_id") == "z")["cost"].sum() == 0.0
