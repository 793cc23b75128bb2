"""The arrival curve: a distribution, learnt from growth alone, wide where nothing was seen twice."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adopt.estimate.attribution_lag import fit_lag
from adopt.platforms import PLATFORMS
from adopt.tables import OrderArrivals

PRIOR = PLATFORMS["taobao"].order_lag
WINDOW = 15
TRUE = np.cumsum(np.append(0.6, 0.4 * 0.7 ** np.arange(WINDOW) / np.sum(0.7 ** np.arange(WINDOW))))
TRUE[-1] = 1.0
NO_ARRIVALS = OrderArrivals.create_empty()


def looks(rows):
    """Arrivals of rows (day, age, later age, orders, later orders)."""
    return pl.DataFrame(
        [
            (date(2026, 3, 1) + timedelta(days=day), age, later, 100.0, float(o), float(m))
            for day, age, later, o, m in rows
        ],
        schema=NO_ARRIVALS.schema,
        orient="row",
    )


def drawn_looks(orders, *, days=30, every=5, together=0.0, seed=1):
    """A shop exported every few days for 25 days, so many orders a day."""
    generator = np.random.default_rng(seed)
    rows = []
    for day in range(days):
        shares = np.diff(TRUE, prepend=0.0)
        if together:
            parts = generator.gamma(shares * (1 / together - 1))
            shares = parts / parts.sum()
        known = np.cumsum(generator.multinomial(orders, shares))
        ages = np.arange(day % every, 25, every)
        count = known[np.minimum(ages, WINDOW)]
        rows += [
            (day, a, b, o, m)
            for a, b, o, m in zip(ages[:-1], ages[1:], count[:-1], count[1:], strict=True)
        ]
    return looks(rows)


def fitted(arrivals, window_days=WINDOW):
    return fit_lag(arrivals, window_days=window_days, prior=PRIOR)


def spread(lag, age=0):
    low, high = np.quantile(lag.draw(400, 1)[age], [0.1, 0.9])
    return high - low


@settings(deadline=None, max_examples=25)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 9),
            st.integers(0, 30),
            st.integers(1, 20),
            st.integers(0, 40),
            st.integers(0, 5),
        ),
        max_size=12,
    ),
    st.integers(1, 30),
)
def test_the_curve_rises_to_one_at_the_window(rows, window_days):
    arrivals = looks([(d, a, a + b, o, o + new) for d, a, b, o, new in rows])
    lag = fitted(arrivals, window_days)
    curves = np.column_stack([lag.mean, lag.draw(50, 3)])
    assert curves.shape == (window_days + 1, 51)
    assert (curves > 0).all()
    assert (np.diff(curves, axis=0) >= 0).all()
    assert (curves[-1] == 1.0).all()


def test_without_repeated_exports_it_is_the_platforms_belief_and_wide():
    lag = fitted(NO_ARRIVALS)
    assert lag.orders_seen == 0.0
    assert np.median(lag.draw(4000, 1)[0]) == pytest.approx(PRIOR.same_day, abs=0.02)
    assert spread(lag) > 0.4


def test_much_growth_finds_the_curve():
    lag = fitted(drawn_looks(3000))
    assert lag.mean == pytest.approx(TRUE, abs=0.01)
    assert lag.orders_seen == 90_000
    assert spread(lag) < 0.03


def test_more_orders_seen_twice_make_it_narrower():
    widths = [spread(fitted(drawn_looks(orders))) for orders in (3, 30, 300)]
    assert spread(fitted(NO_ARRIVALS)) > widths[0] > widths[1] > widths[2]


def test_looks_beyond_the_window_say_nothing():
    old = looks([(0, 15, 20, 50, 50), (1, 20, 25, 80, 80)])
    assert fitted(old).mean == pytest.approx(fitted(NO_ARRIVALS).mean)


def test_orders_that_come_together_are_weaker_evidence():
    alone, together = (fitted(drawn_looks(300, together=r)) for r in (0.0, 0.05))
    assert alone.correlation < 0.01 < together.correlation
    assert spread(together) > 1.5 * spread(alone)


def test_the_order_of_rows_does_not_matter_and_a_seed_repeats():
    arrivals = drawn_looks(20)
    one, other = fitted(arrivals), fitted(arrivals.sample(fraction=1.0, shuffle=True, seed=4))
    assert (one.mean == other.mean).all()
    assert (one.draw(20, 7) == other.draw(20, 7)).all()
    assert (one.draw(20, 7) != one.draw(20, 8)).any()


def test_ages_beyond_the_window_have_all_their_orders():
    lag = fitted(NO_ARRIVALS)
    found = lag.arrived(np.array([[0, 15], [16, 400]]))
    assert found.tolist() == [[lag.mean[0], 1.0], [1.0, 1.0]]


def test_the_mean_is_that_of_the_draws():
    lag = fitted(drawn_looks(10))
    assert lag.draw(20_000, 2).mean(axis=1) == pytest.approx(lag.mean, abs=0.004)
