"""`import adopt` gives the verbs; each is what its module holds."""

import pytest

import adopt
from adopt.plan.run import demo_shop


@pytest.mark.parametrize("verb", [name for name in adopt.__all__ if not name.startswith("__")])
def test_every_verb_is_there_and_documented(verb):
    assert getattr(adopt, verb).__doc__
    assert verb in dir(adopt)


def test_the_readmes_python_works():
    settings = adopt.read_settings(demo_shop() / "shop.toml")
    result = adopt.recommend(adopt.read_shop(demo_shop(), settings), settings)
    assert len(result.recommendations.filter(result.recommendations["action"] == "raise")) > 0


def test_an_unknown_verb_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute"):
        adopt.guess  # noqa: B018
