"""The last look before a bid leaves: what the engine must never hand to a platform, refused whole.

Nothing here should ever happen; a violation is the engine's own fault, so nothing is written at all.
"""

import polars as pl

from adopt.errors import GuardrailError
from adopt.formats.bulk_file import RUNS_AS_FORMULA
from adopt.platforms import MICROS, Platform


def check_changes(changes: pl.DataFrame, inactive: pl.DataFrame, *, platform: Platform) -> None:
    """Refuse changes that break a limit of the platform or touch what is to be left alone.

    changes: table BID_CHANGES; inactive: target_id of keywords that are paused or removed
    Raises GuardrailError that names the rule and the first keyword.
    """
    new = pl.col("recommended_bid")
    is_price = (pl.col("lever") != "bid_modifier") & (new != 0)
    lowest, highest = platform.bid_minimum_micros, platform.bid_maximum_micros
    rules = {
        "a target stands twice": pl.col("target_id").is_duplicated(),
        "a paused or removed keyword is left alone": pl.col("target_id").is_in(
            inactive["target_id"].to_list()
        ),
        "a change has a new bid": new.is_null(),
        "a change changes something": new == pl.col("current_bid"),
        f"a bid is {lowest / MICROS:g} at least": is_price & (new < lowest),
        f"a bid is {highest / MICROS:g} at most": is_price & (new > highest),
        f"a bid is a multiple of {platform.bid_step_micros / MICROS:g}": is_price
        & (new % platform.bid_step_micros != 0),
    }
    if platform.bid_within_budget:
        rules["a bid is within its campaign's daily budget"] = is_price & (
            new > pl.col("campaign_budget")
        )
    for rule, is_broken in rules.items():
        broken = changes.filter(is_broken)
        if broken.height:
            raise _stop(rule, broken["target_id"][0], broken.height)


def check_file(name: str, table: pl.DataFrame, key: tuple[str, ...]) -> None:
    """Refuse a file that names a keyword twice, or holds a cell that runs when a person opens it.

    Raises GuardrailError that names the file and the first such row.
    """
    found = {"a keyword stands in a file once": pl.struct(key).is_duplicated()} if key else {}
    texts = pl.col(pl.String)
    if any(kind == pl.String for kind in table.dtypes):
        found["no cell runs as a formula"] = pl.any_horizontal(
            texts.str.contains(RUNS_AS_FORMULA).fill_null(value=False)
        )
    for rule, is_broken in found.items():
        broken = table.filter(is_broken)
        if broken.height:
            shown = ", ".join(str(cell) for cell in broken.row(0) if cell is not None)
            raise _stop(rule, f"{name}: {shown}", broken.height)


def _stop(rule: str, first: str, count: int) -> GuardrailError:
    return GuardrailError(
        f"nothing was written: {count} changes break the rule '{rule}'; the first: {first}.",
        remedy="Report this as a fault of adopt, with the run's inputs.",
    )
