"""Starting from an earlier run: the same answer sooner, never another one, and what cannot be used is told."""

import json
import shutil
from pathlib import Path

import pytest

from adopt.cli.main import _run
from adopt.config import settings_from
from adopt.errors import InputError
from adopt.optimise.choice import choose_levels
from adopt.plan.recommend import recommend
from adopt.plan.run import demo_shop
from adopt.plan.start import Start, read_start, start_from
from sims.bench.large_shop import large_shop, problem_of
from tests.plan.limited_shop import limited_shop


def solved(budget="300.00", *, start=None, objective="profit"):
    goal = {"budget": budget, "target_roi": 1.5, "objective": objective}
    campaigns = {"c0": {"budget": "200.00"}}
    asked = settings_from({"goal": goal, "campaigns": campaigns})
    return recommend(limited_shop(), asked, start=start)


def start_of(result):
    rows = json.loads(json.dumps(result.summary["constraints"]))
    return start_from(
        {"run": "then", "objective": result.summary["objective"], "multipliers": rows},
        file=Path("then"),
    )


def codes(result):
    return {notice["code"] for notice in result.summary["notices"]}


@pytest.mark.parametrize("budget", ["150.00", "290.00", "303.00", "400.00"])
def test_a_changed_budget_gets_the_same_proved_answer_from_an_earlier_run(budget):
    cold, warm = solved(budget), solved(budget, start=start_of(solved()))
    assert "START_USED" in codes(warm)
    assert "START_USED" not in codes(cold)
    proved, other = warm.summary["certificate"], cold.summary["certificate"]
    assert other["objective_value"] <= proved["upper_bound"] * (1 + 1e-9)
    assert proved["objective_value"] == pytest.approx(other["objective_value"], rel=1e-4)
    assert proved["gap"] <= 1e-4


def test_misleading_multipliers_do_not_mislead_the_answer():
    honest = start_of(solved())
    wild = Start("wild", "profit", dict.fromkeys(honest.multipliers, 1000000000.0))
    cold, warm = solved(), solved(start=wild)
    found, known = warm.summary["certificate"], cold.summary["certificate"]
    assert found["objective_value"] == pytest.approx(known["objective_value"], rel=1e-4)


def test_another_objective_or_other_limits_are_told_and_not_used():
    start = start_of(solved())
    other = solved(start=start, objective="orders")
    assert "START_UNUSED" in codes(other)
    plain = solved(objective="orders")
    assert other.recommendations.equals(plain.recommendations)
    strange = Start("strange", "profit", {("campaign_budget", "elsewhere"): 1.0})
    assert "START_UNUSED" in codes(solved(start=strange))


def test_a_limit_that_is_new_starts_at_nothing():
    problem = problem_of(large_shop(300))
    start = Start("then", "profit", {("account_budget", "account"): 2.0})
    multipliers = start.of(problem, "profit")
    named = [limit.constraint == "account_budget" for limit in problem.limits]
    assert multipliers.tolist() == [2.0 if is_account else 0.0 for is_account in named]


def test_many_targets_take_fewer_sweeps_from_an_earlier_run():
    shop = large_shop(4_000)
    problem = problem_of(shop)
    cold = choose_levels(problem)
    rows = [(use.limit.constraint, use.limit.scope) for use in cold.uses]
    start = Start("then", "profit", dict(zip(rows, cold.multipliers.tolist(), strict=True)))
    warm = choose_levels(problem, start=start.of(problem, "profit"))
    assert warm.iterations < cold.iterations
    assert warm.value == pytest.approx(cold.value, rel=1e-4)


def test_the_command_starts_from_a_run_and_replays_without_it(tmp_path, capsys):
    data, first, second = demo_shop(), tmp_path / "first", tmp_path / "second"
    assert _run(["recommend", str(data), "-o", str(first), "--budget", "1000", "--quiet"]) == 0
    asked = ["recommend", str(data), "-o", str(second), "--budget", "1010", "--start", str(first)]
    assert _run(asked) == 0
    assert "shadow prices of run first" in " ".join(capsys.readouterr().out.split())
    shutil.rmtree(first)
    assert _run(["replay", str(second)]) == 0


def test_a_target_that_falls_away_takes_its_multiplier_with_it(tmp_path):
    """Without bids in force today's return is unknown: the default target goes, and its limit with it."""
    rows = ["k1,0.50,1000,50,20,2,40,7", "k1,1.00,2000,90,70,4,80,7", "k2,0.50,900,40,16,2,40,7"]
    header = (
        "campaign_id,product_id,keyword_id,bid,impressions,clicks,cost,orders,revenue,window_days"
    )
    (tmp_path / "shop").mkdir()
    lines = [header, *(f"c,p,{row}" for row in rows)]
    (tmp_path / "shop" / "landscape.csv").write_text("\n".join(lines))
    base = ["recommend", str(tmp_path / "shop"), "--quiet", "--budget", "20", "-o"]
    first, second = tmp_path / "first", tmp_path / "second"
    assert _run([*base, str(first)]) == 0
    summary = json.loads((first / "summary.json").read_text())
    assert summary["target_roi"]["source"] == "none"
    assert [row["constraint"] for row in summary["constraints"]] == ["account_budget"]
    assert _run([*base, str(second), "--start", str(first)]) == 0
    again = json.loads((second / "summary.json").read_text())
    assert again["recommended"] == summary["recommended"]


def test_what_holds_no_multipliers_is_refused_before_the_work(tmp_path, capsys):
    empty, old = tmp_path / "empty", tmp_path / "old"
    empty.mkdir()
    old.mkdir()
    (old / "manifest.json").write_text("{}")
    for damaged in ("{}", '{"objective": "profit", "constraints": [{"constraint": "stock"}]}', "["):
        (old / "summary.json").write_text(damaged)
        with pytest.raises(InputError, match="no multipliers"):
            read_start(old)
    for value in ("-1", '"x"', "null"):
        row = f'{{"constraint": "stock", "scope": "p", "multiplier": {value}}}'
        (old / "summary.json").write_text(f'{{"objective": "profit", "constraints": [{row}]}}')
        with pytest.raises(InputError, match="no multipliers"):
            read_start(old)
    target = tmp_path / "run"
    assert _run(["recommend", str(demo_shop()), "-o", str(target), "--start", str(empty)]) == 1
    assert "not a run folder" in " ".join(capsys.readouterr().err.split())
    assert not target.exists()
