"""Take a run back against today's export: only the bids that still stand as the run set them.

What a person has changed by hand since is left alone and listed.
"""

from pathlib import Path
from typing import Any

import polars as pl

from adopt.config import Settings, settings_from
from adopt.errors import DataError, Place
from adopt.formats.join import match_targets
from adopt.formats.reading import NAMED
from adopt.formats.shop import read_shop
from adopt.formats.shop_data import ShopData
from adopt.formats.spreadsheet_text import money_text, safe_text
from adopt.formats.upload import GIVES_BACK, Written, write_rollback
from adopt.ledger.manifest import read_manifest, seal, sha256_of, write_json
from adopt.ledger.run_folder import MANIFEST, check_free, new_run
from adopt.plan.bid_changes import read_changes
from adopt.plan.reading import read_run

VERDICTS = ("back", "already", "changed", "missing", "unknown")
"""To be taken back; as before the run; changed by hand since; not in the export; not told by the files."""

SKIPPED = ("changed", "missing", "unknown")
_KEYS = (
    *("campaign_id", "campaign", "ad_group_id", "ad_group", "product_id", "keyword_id", "keyword"),
    "match_type",
)
_REASONS = {
    "changed": (
        "Changed by hand since the run; left as it is.",
        "建议之后被人工改过,保持不动。",
    ),
    "missing": ("Not in the new export.", "新导出的文件里没有。"),
    "unknown": (
        "The bid today, or the one before the run, is not told.",
        "文件没有说明今天的出价,或原来的出价。",
    ),
    "unknown_state": (
        "The export does not tell whether it is still paused.",
        "导出的文件没有说明它是否仍然暂停。",
    ),
}


def run_rollback(
    run: Path, against: Path, folder: Path, *, overwrite: bool = False
) -> dict[str, Any]:
    """From a run and a new export to a folder with the files that take it back; returns its summary.

    run: folder of adopt recommend; against: file or folder of exports of today
    Raises InputError when a path cannot be used, DataError when the export is of another account or
    would mislead, GuardrailError where a bid may not leave.
    """
    manifest, summary = read_manifest(run), read_run(run).summary
    changes = read_changes(run)
    check_free(folder, overwrite=overwrite)
    settings = settings_from(manifest["settings"], file=str(run / MANIFEST))
    data = _read_today(against, settings, summary)
    judged = judge_changes(changes, data)
    with new_run(folder, overwrite=overwrite) as draft:
        (draft / "rollback").mkdir()
        written = write_rollback(
            judged.filter(pl.col("verdict") == "back"),
            draft / "rollback",
            platform=data.platform,
        )
        result = {
            "run": str(run),
            "against": str(against),
            **{name: summary[name] for name in ("shop_id", "platform", "currency")},
            **_facts(judged, written, data.platform),
        }
        skipped_rows(judged).write_csv(draft / "skipped.csv", include_bom=True)
        write_json(draft / "summary.json", result)
        origin = {
            "rollback_of": str(run.resolve()),
            "run_sha256": sha256_of(run / MANIFEST),
            "against": str(against.resolve()),
            "inputs": [
                {"file": source.file, "kind": source.kind, "sha256": source.sha256}
                for source in data.sources
            ],
        }
        seal(draft, origin)
    return result


def judge_changes(changes: pl.DataFrame, data: ShopData) -> pl.DataFrame:
    """The changes with what becomes of each: `present_bid` (micros, null = unknown) and `verdict`.

    changes: table BID_CHANGES; data: today's export. Ids and names of a keyword that the export knows
    are taken from there: a campaign may have got another name, a keyword its id.
    """
    # A target is known by its id; where ids have become known since, by what both have.
    found = _present(changes, data)
    names = [
        pl.coalesce(
            pl.when(~pl.col(f"{name}_now").str.starts_with(NAMED)).then(f"{name}_now"), name
        ).alias(name)
        if name.endswith("_id")
        else pl.coalesce(f"{name}_now", name).alias(name)
        for name in _KEYS
    ]
    # Bulk files, which alone tell inherited bids, tell every keyword's state.
    tells_state = len(data.inactive_targets) + data.targets["is_bid_inherited"].count() > 0
    return (
        found.with_columns(_verdict(tells_state=tells_state), *names)
        .rename({"current_bid_now": "present_bid"})
        .select(*changes.columns, "present_bid", "verdict")
    )


def skipped_rows(judged: pl.DataFrame) -> pl.DataFrame:
    """What is left alone, for a spreadsheet: the three bids in currency and the reason in words."""
    reasons = {
        f"reason_{language}": {code: words[at] for code, words in _REASONS.items()}
        for at, language in enumerate(("en", "zh"))
    }
    is_untold_pause = (pl.col("verdict") == "unknown") & (pl.col("recommended_bid") == 0)
    reason = pl.when(is_untold_pause).then(pl.lit("unknown_state")).otherwise("verdict")
    return (
        judged.filter(pl.col("verdict").is_in(SKIPPED))
        .select(
            "target_id",
            *_KEYS,
            money_text(pl.col("current_bid")).alias("old_bid"),
            money_text(pl.col("recommended_bid")).alias("recommended_bid"),
            money_text(pl.col("present_bid")).alias("present_bid"),
            reason.alias("reason"),
            *(
                reason.replace_strict(words, return_dtype=pl.String).alias(name)
                for name, words in reasons.items()
            ),
        )
        .with_columns(safe_text(pl.col(pl.String)))
    )


def _read_today(against: Path, settings: Settings, summary: dict[str, Any]) -> ShopData:
    """The new export, of the same platform and currency as the run.

    Raises DataError when it is of another, and what read_shop raises.
    """
    data = read_shop(against, settings)
    if any(notice.code == "PLATFORM_ASSUMED" for notice in data.notices):
        shop = settings.shop.model_copy(update={"platform": summary["platform"]})
        data = read_shop(against, settings.model_copy(update={"shop": shop}))
    for name, now in (("platform", data.platform), ("currency", data.currency)):
        if now != summary[name]:
            raise DataError(
                f"the {name} is {now}, that of the run {summary[name]}.",
                place=Place(str(against)),
                remedy="Give an export of the account that the run is about.",
            )
    return data


def _present(changes: pl.DataFrame, data: ShopData) -> pl.DataFrame:
    """The changes beside today's row of their target: its columns end in ``_now``; `is_active` null = none."""
    columns = ["target_id", *_KEYS, "current_bid", "is_bid_inherited"]
    now = pl.concat(
        [
            data.targets.select(*columns, pl.lit(value=True).alias("is_active")),
            data.inactive_targets.select(*columns, pl.lit(value=False).alias("is_active")),
        ]
    ).unique("target_id", keep="first", maintain_order=True)
    rows = changes.with_row_index("at")
    same = rows.join(now, on="target_id", how="semi").select(
        "at", pl.col("target_id").alias("now_id")
    )
    others = rows.join(same, on="at", how="anti")
    alike = match_targets(others, now).rename({"target_id": "now_id"})
    # A pair counts where it is the only one of both: a guess must not move a bid.
    alone = ~pl.col("at").is_duplicated() & ~pl.col("now_id").is_duplicated()
    alike = alike.filter(alone).join(same, on="now_id", how="anti")
    return rows.join(
        pl.concat([same, alike]), on="at", how="left", validate="1:1", maintain_order="left"
    ).join(
        now.rename({name: f"{name}_now" for name in columns if name != "target_id"}),
        left_on="now_id",
        right_on="target_id",
        how="left",
        validate="1:1",
        maintain_order="left",
    )


def _verdict(*, tells_state: bool) -> pl.Expr:
    """What becomes of a change, of its bids then and now.

    tells_state: whether the export says which keywords are paused; then the others are on
    """
    old, new, now = pl.col("current_bid"), pl.col("recommended_bid"), pl.col("current_bid_now")
    is_active, was_paused = pl.col("is_active"), new == 0
    inherited_then = pl.col("is_bid_inherited").fill_null(value=False)
    inherited_now = pl.col("is_bid_inherited_now").fill_null(value=False)
    return (
        pl.when(is_active.is_null())
        .then(pl.lit("missing"))
        .when(was_paused & ~is_active)
        .then(pl.lit("back"))
        .when(was_paused & ~pl.lit(tells_state))
        .then(pl.lit("unknown"))
        .when(was_paused)
        .then(pl.when(old != now).then(pl.lit("changed")).otherwise(pl.lit("already")))
        .when(now.is_null() | old.is_null())
        .then(pl.lit("unknown"))
        .when((inherited_then & inherited_now) | ((now == old) & ~inherited_now))
        .then(pl.lit("already"))
        .when(~is_active | inherited_now | (now != new))
        .then(pl.lit("changed"))
        .otherwise(pl.lit("back"))
        .alias("verdict")
    )


def _facts(judged: pl.DataFrame, written: Written, platform: str) -> dict[str, Any]:
    """Counts by verdict, the files, what was left alone, and group defaults that become own bids."""
    set_again = judged.filter(
        pl.col("verdict") == "back", pl.col("is_bid_inherited"), pl.col("recommended_bid") > 0
    )
    return {
        "changes": judged.height,
        "counts": {name: int((judged["verdict"] == name).sum()) for name in VERDICTS},
        "files": [f"rollback/{name}" for name in written.files],
        "left_out": written.left_out,
        "defaults_fixed": 0 if platform in GIVES_BACK else set_again.height,
        "skipped": skipped_rows(judged).to_dicts(),
    }
