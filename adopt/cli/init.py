"""``adopt init [FOLDER]``."""

from pathlib import Path
from typing import Literal

import click

from adopt.cli.options import DEBUG, LANG

_WRITTEN = {
    "en": "Wrote {path}: every setting with its default, all off. Put the exports beside it, then: adopt doctor {folder}",
    "zh": "已写入 {path}:全部设置及默认值,均未启用。把导出的报表放在同一文件夹,然后运行:adopt doctor {folder}",
}


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=".")
@click.option("--overwrite", is_flag=True, help="Replace a shop.toml that is there.")
@LANG
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
@DEBUG
def init(
    folder: Path,
    overwrite: bool,
    lang: Literal["zh", "en"],
    quiet: bool,
    debug: bool,  # noqa: ARG001 -- read where errors are caught
) -> None:
    """Write a shop.toml to start from into FOLDER, by default the current one.

    Every setting stands in it with its meaning, unit and default, switched off.
    """
    from adopt.config import write_starting_file

    path = write_starting_file(folder, lang, overwrite=overwrite)
    if not quiet:
        click.echo(_WRITTEN[lang].format(path=path, folder=folder))
