"""Small exports of every platform, as their pages and files show them."""

import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter

GOOGLE_HEADER = (
    "Day,Keyword status,Keyword,Match type,Campaign,Ad group,Currency code,Max. CPC,Impr.,Clicks,Cost,"
    "Conversions,Conv. value,Search impr. share,Quality Score"
)


def google_report(
    *rows: str,
    title: str = 'Search keyword report\n"January 1, 2026 - January 2, 2026"\n',
    header: str = GOOGLE_HEADER,
) -> bytes:
    """Bytes of a search keyword report with a title and rows."""
    return (title + header + "\n" + "".join(row + "\n" for row in rows)).encode()


GOOGLE = google_report(
    '2026-01-01,Enabled,[red shoes],Exact match,Shoes,Red,USD,1.20,"1,000",50,45.00,2.50,250.00,< 10%,7',
    "2026-01-02,Enabled,[red shoes],Exact match,Shoes,Red,USD,1.20,900,40,36.00,2.00,200.00,45%,7",
    '2026-01-01,Enabled,"""red shoes""",Phrase match,Shoes,Red,USD,0.80,500,10,6.00,0.00,0.00,> 90%, --',
    '2026-01-02,Enabled,"""red shoes""",Phrase match,Shoes,Red,USD,0.80,500,12,7.00,1.00,90.00,--, --',
    "2026-01-02,Paused, +boots,Broad match,Shoes,Boots,USD,0.50,20,1,0.40,0.00,0.00,35%,5",
    "2026-01-02,Enabled,auto bids,Broad match,Smart,All,USD, --,20,1,0.40,0.00,0.00,35%,5",
    ' --, --,Total: Account, --, --, --,USD, --,"2,940",114,94.80,5.50,540.00, --, --',
)


def workbook(sheets: Mapping[str, Sequence[Any]]) -> bytes:
    """Bytes of an XLSX with sheets of rows of cells."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    book.close()
    return stream.getvalue()


BULKSHEET_HEADER = (
    (
        "Product Entity Operation|Campaign Id|Ad Group Id|Portfolio Id|Ad Id|Keyword Id|Product Targeting Id|Campaign Name"
        "|Ad Group Name|State|Daily Budget|SKU|ASIN|Ad Group Default Bid|Ad Group Default Bid (Informational only)|Bid"
        "|Keyword Text|Match Type|Impressions|Clicks|Spend|Sales|Orders"
    )
    .replace("Product Entity Operation", "Product|Entity|Operation")
    .split("|")
)


def bulksheet_rows(*rows: dict[str, Any]) -> list[list[Any]]:
    """Rows of a bulksheet from dicts of what they hold."""
    return [BULKSHEET_HEADER, *([row.get(name, "") for name in BULKSHEET_HEADER] for row in rows)]


SP = {"Product": "Sponsored Products"}
IDS = {"Campaign Id": "900000000000001", "Ad Group Id": "800000000000001"}
BULKSHEET = bulksheet_rows(
    SP
    | {
        "Entity": "Campaign",
        "Campaign Id": IDS["Campaign Id"],
        "Campaign Name": "Mugs",
        "State": "enabled",
        "Daily Budget": 50,
    },
    SP
    | IDS
    | {
        "Entity": "Ad Group",
        "Ad Group Name": "Blue",
        "State": "enabled",
        "Ad Group Default Bid": 0.75,
    },
    SP
    | IDS
    | {
        "Entity": "Product Ad",
        "Ad Id": "1",
        "SKU": "MUG-1",
        "ASIN": "B0MUG00001",
        "State": "enabled",
    },
    SP
    | IDS
    | {
        "Entity": "Keyword",
        "Keyword Id": "700000000000001",
        "State": "enabled",
        "Bid": 1.1,
        "Keyword Text": "blue mug",
        "Match Type": "exact",
        "Impressions": 3100,
        "Clicks": 62,
        "Spend": 55.8,
        "Sales": 310,
        "Orders": 6,
    },
    SP
    | IDS
    | {
        "Entity": "Keyword",
        "Keyword Id": "700000000000002",
        "State": "enabled",
        "Ad Group Default Bid (Informational only)": 0.75,
        "Keyword Text": "mug",
        "Match Type": "broad",
        "Impressions": 310,
        "Clicks": 31,
        "Spend": 20,
        "Sales": 0,
        "Orders": 0,
    },
    SP
    | IDS
    | {
        "Entity": "Keyword",
        "Keyword Id": "700000000000003",
        "State": "paused",
        "Bid": 0.4,
        "Keyword Text": "cup",
        "Match Type": "phrase",
        "Impressions": 0,
        "Clicks": 0,
        "Spend": 0,
        "Sales": 0,
        "Orders": 0,
    },
    SP
    | IDS
    | {
        "Entity": "Product Targeting",
        "Product Targeting Id": "6",
        "State": "enabled",
        "Bid": 0.9,
        "Spend": 3,
    },
)
PORTFOLIOS = [
    ["Product", "Entity", "Operation", "Portfolio Id", "Portfolio Name"],
    ["Sponsored Products", "Portfolio", "", "5", "All"],
]
TARGETING_HEADER = [
    "Date", "Portfolio name", "Currency", "Campaign Name", "Ad Group Name", "Targeting", "Match Type", "Impressions",
    "Clicks", "Click-Thru Rate (CTR)", "Cost Per Click (CPC)", "Spend", "Total Advertising Cost of Sales (ACOS) ",
    "Total Return on Advertising Spend (ROAS)", "7 Day Total Sales ", "7 Day Total Orders (#)", "7 Day Conversion Rate",
]  # fmt: skip
TARGETING = [
    TARGETING_HEADER,
    ["Jan 01, 2026", "Not grouped", "USD", "Mugs", "Blue", "blue mug", "EXACT", 100, 2, 0.02, 0.9, 1.8, "", 0, 0, 0, 0],
    ["Jan 02, 2026", "Not grouped", "USD", "Mugs", "Blue", "blue mug", "EXACT", 100, 4, 0.04, 0.9, 3.6, 0.036, 27.78, 100, 2, 0.5],
    ["Jan 02, 2026", "Not grouped", "USD", "Mugs", "Blue", "close-match", "-", 100, 4, 0.04, 0.9, 3.6, 0.036, 27.78, 100, 2, 0.5],
]  # fmt: skip
V3 = json.dumps(
    [
        {"date": "2026-01-01", "campaignId": 900000000000001, "campaignName": "Mugs", "adGroupId": 800000000000001, "adGroupName": "Blue", "keywordId": 700000000000001, "keyword": "blue mug", "matchType": "EXACT", "keywordBid": 1.1, "adKeywordStatus": "ENABLED", "impressions": 100, "clicks": 2, "cost": 1.8, "purchases7d": 1, "sales7d": 50.25},
        {"date": "2026-01-01", "campaignId": 900000000000001, "campaignName": "Mugs", "adGroupId": 800000000000001, "adGroupName": "Blue", "keywordId": 700000000000009, "keyword": None, "targeting": "close-match", "matchType": "TARGETING_EXPRESSION_PREDEFINED", "keywordBid": 1.1, "adKeywordStatus": "ENABLED", "impressions": 100, "clicks": 2, "cost": 1.8, "purchases7d": 1, "sales7d": 50.25},
    ]
).encode()  # fmt: skip
MICROSOFT_REPORT = (
    '"Report Name: Keyword Performance"\n"Report Time: 1/1/2026,1/2/2026"\n"Time Zone: (GMT) UTC"\n"Last Completed Available Day: x"\n'
    '"Last Completed Available Hour: x"\n"Report Aggregation: Hourly"\n"Report Filter: "\n"Potential Incomplete Data: false"\n"Rows: 3"\n\n'
    '"TimePeriod","CampaignName","CampaignId","AdGroupName","AdGroupId","Keyword","KeywordId","BidMatchType","DeviceType","CurrentMaxCpc","Impressions","Clicks","Ctr","Spend","AveragePosition","Conversions","Revenue","QualityScore"\n'
    '"2026-01-01|9","Shoes","11","Red","22","red shoes","33","Exact","Computer","1.25","1,000","20","2.00%","15.00","0","2","1,200.00","7"\n'
    '"2026-01-01|9","Shoes","11","Red","22","red shoes","33","Exact","Smartphone","1.25","500","10","2.00%","5.00","0","1","100.00","7"\n'
    '"2026-01-01|10","Shoes","11","Red","22","red shoes","33","Exact","Computer","1.25","100","2","2.00%","1.00","0","0","0","7"\n'
    '\n"@2026 Microsoft Corporation. All rights reserved. "\n'
).encode("utf-8-sig")
MICROSOFT_BULK = (
    "Type,Status,Id,Parent Id,Campaign,Ad Group,Client Id,Modified Time,Keyword,Match Type,Bid,Name,Budget,Cpc Bid,Quality Score\n"
    "Format Version,,,,,,,,,,,6.0,,,\n"
    "Campaign,Active,11,1,Shoes,,,,,,,,40.00,,\n"
    "Ad Group,Active,22,11,Shoes,Red,,,,,,,,0.90,\n"
    "Keyword,Active,33,22,Shoes,Red,,,red shoes,Exact,1.25,,,,7\n"
    "Keyword,Active,34,22,Shoes,Red,,,red boots,Phrase,,,,,\n"
    "Keyword,Paused,35,22,Shoes,Red,,,old,Broad,0.5,,,,\n"
    "Negative Keyword,Active,36,22,Shoes,Red,,,free,Exact,,,,,\n"
).encode("utf-8-sig")
JD = "日期,推广计划,计划ID,推广单元,单元ID,关键词,展现数,点击数,总费用,总订单行,总订单金额\n2026-01-01,夏,1,裙,2,连衣裙,100,5,3.2,1,99\n2026-01-02,夏,1,裙,2,连衣裙,100,5,3.2,1,99\n".encode(
    "gb18030"
)
PDD = [
    [
        "日期",
        "商品ID",
        "推广名称",
        "总花费(元)",
        "成交花费(元)",
        "交易额(元)",
        "成交笔数",
        "曝光量",
        "点击量",
    ],
    ["2026-01-01", "5001", "夏裙推广", 12.5, 10, "1,300.00", 3, "1,000", 20],
    ["2026-01-02", "5001", "夏裙推广", 10, 8, 300, 1, 900, 18],
    ["合计", "", "", 22.5, 18, 1600, 4, 1900, 38],
]

FILES = {
    "google.csv": GOOGLE,
    "bulk-20260101-20260131.xlsx": workbook({"Sponsored Products Campaigns": BULKSHEET}),
    "targeting.xlsx": workbook({"Sheet1": TARGETING}),
    "v3.json": V3,
    "microsoft.csv": MICROSOFT_REPORT,
    "microsoft_bulk.csv": MICROSOFT_BULK,
    "jd.csv": JD,
    "pdd.xlsx": workbook({"Sheet1": PDD}),
}
"""One file of every kind."""
