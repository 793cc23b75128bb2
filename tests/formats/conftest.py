from pathlib import Path

import polars as pl
import pytest

from adopt.config import settings_from
from adopt.errors import DataError
from adopt.formats.shop import read_shop

KEYWORD_ROW = {
    "日期": "2026-01-18",
    "场景名字": "关键词推广",
    "计划ID": "111",
    "计划名字": "夏季",
    "单元ID": "222",
    "单元名字": "裙子",
    "宝贝ID": "333",
    "宝贝名称": "连衣裙 2026",
    "词类型": "关键词",
    "词ID/词包ID": "444",
    "词名字/词包名字": "连衣裙",
    "展现量": "1,000",
    "点击量": "50",
    "花费": "25.50",
    "点击率": "5%",
    "平均展现排名": "3.2",
    "总成交金额": "300.5",
    "总成交笔数": "3",
    "直接成交金额": "200.5",
    "直接成交笔数": "2",
    "总预售成交金额": "\\N",
    "总预售成交笔数": "\\N",
}

HISTORY_ROW = {
    "campaign_id": "c1",
    "ad_group_id": "g1",
    "product_id": "p1",
    "keyword_id": "k1",
    "keyword": "dress",
    "date": "2026-01-18",
    "impressions": "100",
    "clicks": "10",
    "cost": "5.5",
    "orders": "1",
    "revenue": "40",
}


class Shop:
    """A folder of exports made for one test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name, rows, encoding="gb18030", separator=","):
        """Write rows (dicts, or ready text) as a text export."""
        if not isinstance(rows, str):
            frame = pl.DataFrame([{k: str(v) for k, v in row.items()} for row in rows])
            rows = frame.write_csv(separator=separator, quote_style="necessary")
        path = self.folder / name
        path.write_bytes(rows.encode(encoding))
        return path

    def keywords(self, *changes, name="report.csv", **kwargs):
        """Write a keyword report, one row a change of KEYWORD_ROW (None takes a column out)."""
        rows = [
            {key: value for key, value in {**KEYWORD_ROW, **change}.items() if value is not None}
            for change in changes or ({},)
        ]
        return self.write(name, rows, **kwargs)

    def history(self, *changes, name="history.csv"):
        """Write a canonical history, one row a change of HISTORY_ROW."""
        return self.write(name, [{**HISTORY_ROW, **change} for change in changes or ({},)])

    def read(self, **kwargs):
        """Read the folder."""
        settings = settings_from(kwargs.pop("settings", {}))
        return read_shop(kwargs.pop("path", self.folder), settings, **kwargs)

    def refusal(self, **kwargs):
        """The DataError that reading the folder raises."""
        with pytest.raises(DataError) as caught:
            self.read(**kwargs)
        assert caught.value.exit_code == 2
        return caught.value


@pytest.fixture
def shop(tmp_path):
    folder = tmp_path / "女装店"
    folder.mkdir()
    return Shop(folder)


def codes(data):
    return [notice.code for notice in data.notices]


@pytest.fixture
def codes_of():
    return codes
