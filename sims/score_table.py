"""Tables of paired scores: which method is best in each row, and which losses are more than chance.

A rival's difference from ours is paired by target; its standard error takes the shop (or other cluster) as
the unit, as targets of one shop err together.
"""

import math
from collections.abc import Sequence

import numpy as np
import polars as pl

OURS = "ours"
CLASSES = {
    "0": (-1.0, 0.0),
    "1-20": (0.0, 20.0),
    "20-100": (20.0, 100.0),
    "100-500": (100.0, 500.0),
    "> 500": (500.0, math.inf),
}


def evidence_class(name: str) -> pl.Expr:
    """Class of the evidence in a column: above the lower bound, up to the upper."""
    of = pl.lit(None, dtype=pl.String)
    for label, (low, high) in CLASSES.items():
        of = (
            pl.when((pl.col(name) > low) & (pl.col(name) <= high)).then(pl.lit(label)).otherwise(of)
        )
    return of.cast(pl.Enum(list(CLASSES))).alias("class")


def paired_difference(rows: pl.DataFrame, score: str, rival: str) -> tuple[float, float]:
    """Mean of rival minus ours and its standard error by clusters; null where there is one cluster.

    rows: columns cluster, `score|method`; a score is better where it is less
    """
    sums = (
        rows.group_by("cluster")
        .agg((pl.col(f"{score}|{rival}") - pl.col(f"{score}|{OURS}")).sum().alias("d"), pl.len())
        .sort("cluster")
    )
    d, size = sums["d"].to_numpy(), sums["len"].to_numpy().astype(np.float64)
    mean = math.fsum(d) / max(math.fsum(size), 1.0)
    clusters = len(d)
    if clusters < 2:
        return mean, math.nan
    spread = math.fsum((d - size * mean) ** 2) * clusters / (clusters - 1)
    return mean, math.sqrt(spread) / math.fsum(size)


def verdict(mean: float, error: float) -> str:
    """Mark of a rival's cell: none where ours is better, ~ a tie, * better than ours, ** beyond chance.

    ? where one cluster alone tells no chance.
    """
    if math.isnan(error):
        return "?"
    if mean > 2.0 * error:
        return ""
    if mean >= 0.0:
        return "~"
    return "**" if mean < -2.0 * error else "*"


def print_scores(
    scored: pl.DataFrame, score: str, by: Sequence[str], rivals: Sequence[str], title: str
) -> list[str]:
    """Print one row a group: ours, then each rival's difference with its error.

    Returns a line for each rival with * or **.
    """
    print(
        f"\n{title}; rival minus ours +- standard error: ~ tie, * better than ours, ** beyond chance"
    )
    print("".join(f"{head:>12}" for head in by) + f"{'targets':>9}{OURS:>9}", end="")
    print("".join(f"{head:>22}" for head in rivals))
    lost = []
    for keys, rows in scored.sort(*by).group_by(*by, maintain_order=True):
        label = [str(key) for key in keys]
        ours = float(rows[f"{score}|{OURS}"].to_numpy().mean())
        line = "".join(f"{cell:>12}" for cell in label) + f"{len(rows):9}{ours:9.4f}"
        for rival in rivals:
            mean, error = paired_difference(rows, score, rival)
            mark = verdict(mean, error)
            line += f"{mean:+11.4f} +-{error:6.4f}{mark:2}"
            if "*" in mark:
                place = f"{score}, {' '.join(label)}"
                lost.append(f"{mark:3}{place}: {rival} by {-mean:.4f} +- {error:.4f}")
        print(line)
    return lost


def print_coverage(
    scored: pl.DataFrame, by: Sequence[str], columns: dict[str, str], title: str
) -> list[str]:
    """Print the share covered in each group, ! outside 75-85 %.

    columns: title by boolean column; returns a line for each such cell that is off beyond chance.
    """
    print(f"\n{title}: share within the 10-90 % interval +- standard error; aim 75-85 %")
    print("".join(f"{head:>12}" for head in by) + f"{'targets':>9}", end="")
    print("".join(f"{head:>24}" for head in columns.values()))
    off = []
    for keys, rows in scored.sort(*by).group_by(*by, maintain_order=True):
        label = [str(key) for key in keys]
        line = "".join(f"{cell:>12}" for cell in label) + f"{len(rows):9}"
        for column, name in columns.items():
            share, error = share_of(rows, column)
            is_off = not 0.75 <= share <= 0.85
            line += f"{share:16.1%} +-{error:5.1%}{'!' if is_off else ' '}"
            if abs(share - 0.8) > 0.05 + 2.0 * error:
                off.append(f"!  {name}, {' '.join(label)}: {share:.1%} +- {error:.1%}")
        print(line)
    return off


def print_lost(lost: Sequence[str]) -> None:
    """Print the cells that are lost beyond chance, and count the others."""
    beyond = [line for line in lost if not line.startswith("* ")]
    print("\nWhere a rival is better (**) or coverage is off (!), beyond chance:")
    print("\n".join(f"  {line}" for line in beyond) or "  nowhere")
    print(f"better rivals within chance (*): {len(lost) - len(beyond)} cells")


def share_of(rows: pl.DataFrame, column: str) -> tuple[float, float]:
    """Mean of a boolean column and its standard error by clusters."""
    zero = rows.select(
        "cluster",
        pl.lit(0.0).alias(f"{column}|{OURS}"),
        pl.col(column).cast(pl.Float64).alias(f"{column}|share"),
    )
    return paired_difference(zero, column, "share")
