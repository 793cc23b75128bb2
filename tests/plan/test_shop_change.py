"""A change that all products share is told once, in both languages."""

from datetime import date

import polars as pl
import pytest

from adopt.decide.products import ProductRules
from adopt.estimate.changes import SCHEMA
from adopt.plan.shop_change import shop_change_notices


def change(p_changed, ratio, low, high):
    row = {
        "p_changed": p_changed,
        "changed_on": date(2026, 11, 12),
        "cvr_ratio": ratio,
        "cvr_ratio_p10": low,
        "cvr_ratio_p90": high,
    }
    return pl.DataFrame([row], schema_overrides={"p_changed": pl.Float64})


@pytest.mark.parametrize(
    ("shop", "code", "words"),
    [
        (change(0.999, 0.75, 0.7, 0.8), "SHOP_CVR_FELL", ("fell by 25%", "下降 25%")),
        (change(0.85, 1.2, 1.1, 1.3), "SHOP_CVR_ROSE", ("rose by 20%", "上升 20%")),
    ],
)
def test_a_likely_change_is_told(shop, code, words):
    (notice,) = shop_change_notices(shop, ProductRules())
    assert notice.code == code
    assert words[0] in notice.en
    assert words[1] in notice.zh
    assert "2026-11-12" in notice.en


@pytest.mark.parametrize(
    "shop",
    [
        change(0.7, 0.75, 0.7, 0.8),
        change(0.9, 0.95, 0.9, 1.02),
        change(None, 0.75, 0.7, 0.8),
        pl.DataFrame(schema=SCHEMA),
    ],
)
def test_an_unlikely_or_unknown_change_is_not(shop):
    assert shop_change_notices(shop, ProductRules()) == []
