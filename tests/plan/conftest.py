"""The demo shop, read and decided once a worker."""

import pytest

from adopt.formats.shop import read_shop
from adopt.plan.recommend import recommend
from adopt.plan.run import demo_shop, settings_beside


@pytest.fixture(scope="session")
def demo():
    """Data, settings and result of the demo shop."""
    settings = settings_beside(demo_shop(), None)
    data = read_shop(demo_shop(), settings)
    return data, settings, recommend(data, settings)
