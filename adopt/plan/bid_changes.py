"""BID_CHANGES of a run: from its recommendations and the targets it read, and back from its folder."""

from pathlib import Path

import dataframely as dy
import polars as pl

from adopt.errors import InputError, Place
from adopt.tables import BidChanges, check

CHANGES = "changes.parquet"


def changes_of(recommendations: pl.DataFrame, targets: pl.DataFrame) -> dy.DataFrame[BidChanges]:
    """The recommendations whose bid differs from the one in force, with the names of the targets.

    targets: table TARGETS
    """
    moved = recommendations.filter(pl.col("recommended_bid") != pl.col("current_bid").fill_null(-1))
    of_target = ("campaign", "ad_group", "is_bid_inherited", "campaign_budget")
    named = moved.join(
        targets.select("target_id", *of_target),
        on="target_id",
        how="left",
        validate="1:1",
        maintain_order="left",
    )
    return check(named.select(BidChanges.column_names()), BidChanges)


def read_changes(folder: Path) -> dy.DataFrame[BidChanges]:
    """BID_CHANGES of a run folder.

    Raises InputError when its file is missing or damaged.
    """
    try:
        return check(pl.read_parquet(folder / CHANGES), BidChanges, file=str(folder / CHANGES))
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(
            "is missing or damaged: it says what the run changed.",
            place=Place(str(folder / CHANGES)),
            remedy="Upload what is in the run's rollback/ as it is, or run adopt recommend again.",
        ) from error
