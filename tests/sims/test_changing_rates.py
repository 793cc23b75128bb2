"""The world of hidden changes: same seed same days, and the change is where it was put."""

import numpy as np
import pytest

from sims.worlds.changing_rates import make_changing_shop


def test_the_hidden_change_is_in_the_counts():
    factor = np.ones((60, 120))
    factor[:, 60:] = 0.5
    calm = make_changing_shop(3, products=60, days=120)
    fallen = make_changing_shop(3, products=60, days=120, factor=factor)
    assert (fallen.clicks == calm.clicks).all()
    after = fallen.orders[:, 60:].sum() / calm.orders[:, 60:].sum()
    assert after == pytest.approx(0.5, abs=0.03)


def test_days_are_those_asked_for_and_the_same_every_time():
    days = make_changing_shop(4, products=3, days=30).days(10, 25)
    assert days.height == 3 * 15
    assert days["date"].n_unique() == 15
    assert days.equals(make_changing_shop(4, products=3, days=30).days(10, 25))
