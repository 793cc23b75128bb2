"""Each limit of shop.toml through the whole run: what was asked is kept, and the words say so."""

import io
import json
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from rich.console import Console

from adopt.cli.printing import summary_screen
from adopt.config import settings_from
from adopt.errors import ConfigError, InfeasibleError
from adopt.optimise.choice import choose_levels
from adopt.plan.reading import RunTables
from adopt.plan.recommend import recommend
from adopt.plan.target_frontier import problem_of
from tests.plan.limited_shop import limited_shop, limited_targets

BASE = {"goal": {"budget": "400.00", "target_roi": 1.5}}


def run(data=None, *, budget="400.00", **sections):
    given = {**sections, "goal": {**BASE["goal"], "budget": budget, **sections.get("goal", {})}}
    return recommend(data or limited_shop(), settings_from(given))


def cost_of(result, column, *values):
    rows = result.recommendations.filter(pl.col(column).is_in(values))
    return rows["cost_recommended"].sum()


def told(result, constraint):
    return [c for c in result.summary["constraints"] if c["constraint"] == constraint]


def notices(result):
    return {n["code"]: n for n in result.summary["notices"]}


@pytest.fixture(scope="module")
def free():
    return run()


def assert_words(result):
    for frame in (result.recommendations, result.products):
        for language in ("zh", "en"):
            assert not frame[f"reason_{language}"].str.contains(r"[?{}]|None|nan").any()


def test_without_new_keys_nothing_is_switched(free):
    assert not free.response["with_product_only"].any()
    assert {c["constraint"] for c in free.summary["constraints"]} == {
        "account_budget",
        "target_roi",
    }
    assert free.summary["halo_weight"] == 1.0


@pytest.mark.parametrize(
    ("kind", "column", "names", "section"),
    [
        ("campaign", "campaign_id", ["c0"], {"campaigns": {"c0": {}}}),
        ("product", "product_id", ["p1"], {"products": {"p1": {}}}),
        ("category", "product_id", ["p0", "p1"], {"categories": {"女装": {}}}),
    ],
)
def test_a_budget_and_a_spend_floor_hold_what_their_section_holds(
    free, kind, column, names, section
):
    ((sections, named),) = section.items()
    ((name, _),) = named.items()
    usual = cost_of(free, column, *names)
    less = run(**{sections: {name: {"budget": f"{0.9 * usual:.2f}"}}})
    assert cost_of(less, column, *names) <= 0.9 * usual + 0.01
    (row,) = told(less, f"{kind}_budget")
    assert (row["scope"], row["source"]) == (name, "operator")
    cheap = run(budget="110.00")
    floor = 1.02 * cost_of(cheap, column, *names)
    more = run(budget="113.00", **{sections: {name: {"spend_floor": f"{floor:.2f}"}}})
    assert cost_of(more, column, *names) >= floor - 0.01
    assert told(more, f"{kind}_spend_floor")[0]["limit"] == pytest.approx(floor, abs=0.01)


@pytest.mark.parametrize(
    ("kind", "column", "names", "sections", "name"),
    [
        ("campaign", "campaign_id", ["c1"], "campaigns", "c1"),
        ("category", "product_id", ["p0", "p1"], "categories", "女装"),
        ("product", "product_id", ["p2"], "products", "p2"),
    ],
)
def test_an_roi_floor_is_met_by_its_own_targets(free, kind, column, names, sections, name):
    rows = free.recommendations.filter(pl.col(column).is_in(names))
    usual = rows["revenue_recommended"].sum() / rows["cost_recommended"].sum()
    result = run(**{sections: {name: {"target_roi": round(1.01 * usual, 4)}}})
    rows = result.recommendations.filter(pl.col(column).is_in(names))
    reached = rows["revenue_recommended"].sum() / rows["cost_recommended"].sum()
    assert reached >= round(1.01 * usual, 4) - 1e-9
    assert told(result, f"{kind}_roi")[0]["scope"] == name


def test_an_account_spend_floor_is_met_and_a_default_budget_gives_way_to_it(free):
    floor = f"{free.summary['recommended']['cost'] * 1.05:.2f}"
    result = run(goal={"target_roi": 1.0, "spend_floor": floor})
    assert result.summary["recommended"]["cost"] >= float(floor) - 0.01
    settings = settings_from({"goal": {"target_roi": 1.0, "spend_floor": floor}})
    assert recommend(limited_shop(), settings).summary["recommended"]["cost"] >= float(floor) - 0.01


def test_a_spend_floor_beyond_every_bid_is_infeasible_with_a_way_out():
    with pytest.raises(InfeasibleError) as caught:
        run(goal={"spend_floor": "390.00"})
    assert caught.value.exit_code == 3
    assert caught.value.relaxations


@pytest.mark.parametrize("most", [1, 2])
def test_at_most_so_many_products_are_on_and_the_others_say_why(most):
    result = run(goal={"most_products": most})
    table = result.recommendations
    on = table.filter(pl.col("recommended_bid") > 0)["product_id"].unique()
    assert len(on) == most
    off = table.filter(~pl.col("product_id").is_in(on.implode()))
    assert (off["action"] == "pause").all()
    assert (off["reasons"].list.first() == "PRODUCT_OFF").all()
    assert off["reason_en"].str.contains(f"at most {most} products").all()
    assert off["reason_zh"].str.contains(f"最多投{most}个商品").all()
    decided = result.products.filter(pl.col("product_id").is_in(off["product_id"].implode()))
    assert (decided["reasons"].list.first() == "PRODUCT_OFF").all()
    # A product that stays keeps all its keywords: off goes with the whole product only.
    kept = table.filter(pl.col("product_id").is_in(on.implode()))
    assert (kept["recommended_bid"] > 0).all()
    assert_words(result)


def test_a_minimum_spend_is_met_or_the_product_is_off(free):
    usual = cost_of(free, "product_id", "p2")
    met = run(products={"p2": {"minimum_spend": f"{0.5 * usual:.2f}"}})
    assert cost_of(met, "product_id", "p2") >= 0.5 * usual - 0.01
    off = run(products={"p2": {"minimum_spend": "300.00"}})
    rows = off.recommendations.filter(pl.col("product_id") == "p2")
    assert (rows["recommended_bid"] == 0).all()
    assert (rows["reasons"].list.first() == "PRODUCT_OFF").all()
    assert rows["reason_en"].str.contains("300.00 a day at least").all()
    assert off.response.filter("with_product_only")["target_id"].str.contains("p2").all()
    assert_words(off)


def test_one_product_has_a_shared_keyword_and_the_others_name_it():
    result = run(guardrails={"one_product_per_keyword": True})
    shared = result.recommendations.filter(pl.col("keyword") == "共用")
    on = shared.filter(pl.col("recommended_bid") > 0)
    assert len(on) == 1
    off = shared.filter(pl.col("recommended_bid") == 0)
    assert (off["reasons"].list.first() == "KEYWORD_TO_OTHER").all()
    for language in ("zh", "en"):
        assert off[f"reason_{language}"].str.contains(on["product_id"][0]).all()
    others = result.recommendations.filter(pl.col("keyword") != "共用")
    assert (others["recommended_bid"] > 0).all()
    assert [c["scope"] for c in told(result, "one_product")] == ["共用"]
    assert [c["scope"] for c in told(result, "keyword_on")] == ["共用"]
    assert_words(result)


def test_a_keyword_with_two_frozen_bids_is_left_to_both_and_said():
    frozen = {"p0": {"freeze": True}, "p1": {"freeze": True}}
    result = run(guardrails={"one_product_per_keyword": True}, products=frozen)
    shared = result.recommendations.filter(pl.col("keyword") == "共用")
    assert (shared["recommended_bid"] > 0).all()
    assert "KEYWORD_KEPT_TWICE" in notices(result)
    assert not told(result, "one_product")


def test_one_frozen_bid_has_the_keyword():
    result = run(guardrails={"one_product_per_keyword": True}, products={"p2": {"freeze": True}})
    shared = result.recommendations.filter(pl.col("keyword") == "共用")
    assert shared.filter(pl.col("recommended_bid") > 0)["product_id"].to_list() == ["p2"]


@pytest.mark.parametrize(
    ("section", "column", "value"),
    [
        ({"campaigns": {"c0": {"freeze": True}}}, "campaign_id", "c0"),
        ({"products": {"p1": {"freeze": True}}}, "product_id", "p1"),
        ({"categories": {"鞋": {"freeze": True}}}, "product_id", "p2"),
        ({"keywords": {"共用": {"freeze": True}}}, "keyword", "共用"),
        ({"keywords": {"p0k1": {"freeze": True}}}, "keyword_id", "p0k1"),
    ],
)
def test_what_is_frozen_keeps_its_bid_and_names_the_section(section, column, value):
    result = run(**section)
    rows = result.recommendations.filter(pl.col(column) == value)
    assert (rows["action"] == "hold").all()
    assert (rows["reasons"].list.first() == "FROZEN").all()
    title = f'[{next(iter(section))}."{next(iter(next(iter(section.values()))))}"]'
    for language in ("zh", "en"):
        assert rows[f"reason_{language}"].str.contains(title, literal=True).all()
    assert (result.response.join(rows, on="target_id", how="semi")["level"] == 0).all()
    assert_words(result)


def test_bids_stay_within_the_narrowest_bounds():
    result = run(
        campaigns={"c0": {"bid_maximum": "1.15"}},
        categories={"女装": {"bid_maximum": "1.10", "bid_minimum": "0.90"}},
        keywords={"共用": {"bid_minimum": "0.95"}},
    )
    rows = result.recommendations.filter(pl.col("keyword") == "共用", pl.col("product_id") != "p2")
    assert rows["recommended_bid"].is_between(950_000, 1_100_000).all()
    offered = result.response.join(rows, on="target_id", how="semi")["bid"]
    assert (offered.min(), offered.max()) == (950_000, 1_100_000)
    ended = result.recommendations.filter(pl.col("reasons").list.contains("BID_BOUND"))
    assert ended["reason_en"].str.contains("Your own bound").all()
    assert_words(result)


def test_a_minimum_above_a_maximum_names_both_sections():
    with pytest.raises(ConfigError) as caught:
        run(campaigns={"c0": {"bid_maximum": "0.80"}}, keywords={"共用": {"bid_minimum": "0.90"}})
    assert '[campaigns."c0"]' in str(caught.value)
    assert '[keywords."共用"]' in str(caught.value)


def test_names_that_the_data_do_not_have_are_told(free):
    result = run(
        campaigns={"c9": {"budget": "1.00"}},
        categories={"女装": {}, "女": {}},
        products={"p9": {"freeze": True}},
        keywords={"无": {"freeze": True}},
    )
    notice = notices(result)["UNKNOWN_SCOPE"]
    for language in ("zh", "en"):
        for title in (
            '[campaigns."c9"]',
            '[categories."女"]',
            '[products."p9"]',
            '[keywords."无"]',
        ):
            assert title in notice[language]
        assert '"女装"' not in notice[language]
    assert result.recommendations.equals(free.recommendations)


def test_a_halo_weight_counts_in_the_objective_only(free):
    result = run(goal={"halo_weight": 0.0})
    summary = result.summary
    assert summary["halo_weight"] == 0.0
    assert 0.1 < summary["indirect_revenue_share"] < 0.4
    chosen = result.response.join(
        result.recommendations.select("target_id", bid="recommended_bid"),
        on=["target_id", "bid"],
        how="semi",
    )
    for language, words in (("en", "Weighted profit is maximised"), ("zh", "按加权利润优化")):
        console = Console(width=200, file=io.StringIO(), record=True)
        console.print(summary_screen(summary, Path("run"), lang=language))
        assert words in console.export_text()
    own = (chosen["profit"] - chosen["halo_profit"]).sum()
    assert summary["certificate"]["objective_value"] == pytest.approx(own)
    assert summary["recommended"]["profit"] == pytest.approx(chosen["profit"].sum())
    assert summary["recommended"]["profit"] <= free.summary["recommended"]["profit"] + 1e-9


def test_a_halo_that_no_report_tells_counts_fully_and_is_said():
    data = limited_shop(tells_halo=False)
    result = run(data, goal={"halo_weight": 0.3})
    assert result.summary["halo_weight"] == 1.0
    assert result.summary["indirect_revenue_share"] is None
    assert "HALO_UNKNOWN" in notices(result)
    assert result.response["halo_revenue"].null_count() == len(result.response)
    assert result.recommendations.equals(run(data).recommendations)


def test_a_frozen_or_unknown_bid_keeps_its_product_on():
    unknown = limited_targets().with_columns(
        pl.when(pl.col("keyword") == "p2词1")
        .then(None)
        .otherwise("current_bid")
        .alias("current_bid")
    )
    data = limited_shop()
    result = run(replace(data, targets=unknown), goal={"most_products": 1})
    table = result.recommendations.filter(pl.col("action") != "pause")
    assert table["product_id"].unique().to_list() == ["p2"]


def test_the_choice_is_put_again_from_the_run_folder():
    result = run(
        goal={"most_products": 2, "halo_weight": 0.5},
        guardrails={"one_product_per_keyword": True},
        categories={"女装": {"budget": "120.00"}},
        products={"p1": {"minimum_spend": "10.00"}},
    )
    summary = json.loads(json.dumps(result.summary))
    tables = RunTables(result.recommendations, result.products, result.frontier, summary)
    problem = problem_of(tables, result.response)
    again = choose_levels(problem)
    assert again.value == pytest.approx(summary["certificate"]["objective_value"], rel=1e-4)
    members = {limit.constraint: limit.targets for limit in problem.limits}
    assert len(members["category_budget"]) == 8
    assert len(members["one_product"]) == 3
