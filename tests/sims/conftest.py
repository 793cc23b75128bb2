"""The demo shop, played once for all tests of a worker."""

import pytest

from sims.worlds.demo_shop import DemoShop, make_demo_shop


@pytest.fixture(scope="session")
def shop() -> DemoShop:
    return make_demo_shop()
