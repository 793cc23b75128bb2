"""What the demo shop sells and where it advertises: products and campaigns, as data."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Role = Literal["hero", "low_stock_hero", "steady", "cvr_problem", "slow_mover", "presale", "new"]


@dataclass(frozen=True, slots=True)
class Product:
    """One product and the truth about its traffic.

    price: yuan a unit; margin, refund_rate: fractions of revenue
    stock: units on hand, or None: `cover_days` of its sales from all traffic
    dsr: detailed seller rating, 1 to 5
    searches: median searches per day of its keywords; level: typical price of a click, yuan
    ctr: clicks an examined impression; cvr: orders a click; quality: typical score, 1 to 10
    bid_bias: what the operator bids over the usual, as a factor
    indirect_share: share of its ad orders that go to other products of the shop
    organic: visitors from other traffic per ad click
    """

    product_id: str
    title: str
    category: str
    role: Role
    campaign: int
    ad_group_id: str
    ad_group: str
    sku: str
    price: float
    margin: float
    refund_rate: float
    stock: int | None
    cover_days: float | None
    dsr: float
    searches: float
    level: float
    ctr: float
    cvr: float
    quality: float
    bid_bias: float
    indirect_share: float
    organic: float
    first_day: date | None = None
    child_id: str | None = None


@dataclass(frozen=True, slots=True)
class Campaign:
    """One campaign; budget: whole yuan per day; package: daily cost of its keyword package, yuan."""

    campaign_id: str
    name: str
    budget: int
    package: float = 0.0


CAMPAIGNS = (
    Campaign("2031147701", "主推_连衣裙", 440),
    Campaign("2031147702", "主推_针织", 300),
    Campaign("2031147703", "下装_日常", 400, package=38.0),
    Campaign("2031147704", "卫衣_日常", 120),
    Campaign("2031147705", "外套_秋季", 540, package=46.0),
    Campaign("2031147706", "预售_羽绒", 160),
    Campaign("2031147707", "清仓_雪纺", 60),
    Campaign("2031147708", "新品测款", 40),
)

PRODUCTS = (
    Product(
        product_id="681204417503",
        title="法式茶歇碎花长袖连衣裙",
        category="连衣裙",
        role="hero",
        campaign=0,
        ad_group_id="3054410211",
        ad_group="茶歇裙",
        sku="LY2601",
        price=159.0,
        margin=0.52,
        refund_rate=0.06,
        stock=2600,
        cover_days=None,
        dsr=4.87,
        searches=350.0,
        level=1.12,
        ctr=0.155,
        cvr=0.050,
        quality=8.2,
        bid_bias=0.94,
        indirect_share=0.22,
        organic=1.35,
        child_id="681204417877",
    ),
    Product(
        product_id="694310885216",
        title="慵懒风软糯短款针织开衫",
        category="上装",
        role="low_stock_hero",
        campaign=1,
        ad_group_id="3054410212",
        ad_group="针织开衫",
        sku="ZZ2607",
        price=129.0,
        margin=0.55,
        refund_rate=0.05,
        stock=None,
        cover_days=5.5,
        dsr=4.85,
        searches=290.0,
        level=0.98,
        ctr=0.15,
        cvr=0.053,
        quality=8.0,
        bid_bias=0.88,
        indirect_share=0.20,
        organic=1.20,
        child_id="694310885940",
    ),
    Product(
        product_id="671558203944",
        title="高腰垂感阔腿牛仔裤",
        category="下装",
        role="steady",
        campaign=2,
        ad_group_id="3054410213",
        ad_group="阔腿裤",
        sku="NZ2533",
        price=109.0,
        margin=0.48,
        refund_rate=0.08,
        stock=1850,
        cover_days=None,
        dsr=4.79,
        searches=270.0,
        level=0.85,
        ctr=0.13,
        cvr=0.035,
        quality=7.2,
        bid_bias=1.0,
        indirect_share=0.18,
        organic=0.95,
    ),
    Product(
        product_id="702447310658",
        title="美式复古宽松加绒卫衣",
        category="上装",
        role="steady",
        campaign=3,
        ad_group_id="3054410214",
        ad_group="加绒卫衣",
        sku="WY2612",
        price=99.0,
        margin=0.45,
        refund_rate=0.07,
        stock=1400,
        cover_days=None,
        dsr=4.80,
        searches=270.0,
        level=0.78,
        ctr=0.12,
        cvr=0.039,
        quality=7.0,
        bid_bias=0.95,
        indirect_share=0.15,
        organic=0.85,
    ),
    Product(
        product_id="715630942187",
        title="白鸭绒短款面包羽绒服",
        category="外套",
        role="presale",
        campaign=5,
        ad_group_id="3054410215",
        ad_group="羽绒预售",
        sku="YR2640",
        price=259.0,
        margin=0.42,
        refund_rate=0.08,
        stock=900,
        cover_days=None,
        dsr=4.82,
        searches=220.0,
        level=1.35,
        ctr=0.115,
        cvr=0.031,
        quality=6.8,
        bid_bias=0.9,
        indirect_share=0.0,
        organic=0.60,
    ),
    Product(
        product_id="688125570932",
        title="小香风粗花呢短外套",
        category="外套",
        role="steady",
        campaign=4,
        ad_group_id="3054410216",
        ad_group="小香外套",
        sku="WT2618",
        price=199.0,
        margin=0.50,
        refund_rate=0.09,
        stock=780,
        cover_days=None,
        dsr=4.81,
        searches=220.0,
        level=1.15,
        ctr=0.125,
        cvr=0.03,
        quality=7.4,
        bid_bias=1.05,
        indirect_share=0.20,
        organic=0.80,
    ),
    Product(
        product_id="690874412365",
        title="英伦中长款双排扣风衣",
        category="外套",
        role="cvr_problem",
        campaign=4,
        ad_group_id="3054410217",
        ad_group="风衣",
        sku="FY2609",
        price=219.0,
        margin=0.50,
        refund_rate=0.10,
        stock=640,
        cover_days=None,
        dsr=4.62,
        searches=200.0,
        level=1.0,
        ctr=0.13,
        cvr=0.0125,
        quality=7.0,
        bid_bias=1.1,
        indirect_share=0.18,
        organic=0.75,
    ),
    Product(
        product_id="655902318470",
        title="雪纺半袖夏季碎花裙",
        category="连衣裙",
        role="slow_mover",
        campaign=6,
        ad_group_id="3054410218",
        ad_group="雪纺清仓",
        sku="XF2503",
        price=79.0,
        margin=0.36,
        refund_rate=0.07,
        stock=4300,
        cover_days=None,
        dsr=4.70,
        searches=150.0,
        level=0.8,
        ctr=0.09,
        cvr=0.0175,
        quality=5.6,
        bid_bias=1.3,
        indirect_share=0.15,
        organic=0.40,
    ),
    Product(
        product_id="699036257814",
        title="高腰百褶灯芯绒半身裙",
        category="下装",
        role="steady",
        campaign=2,
        ad_group_id="3054410219",
        ad_group="半身裙",
        sku="BS2621",
        price=89.0,
        margin=0.58,
        refund_rate=0.06,
        stock=960,
        cover_days=None,
        dsr=4.83,
        searches=260.0,
        level=0.68,
        ctr=0.125,
        cvr=0.039,
        quality=7.6,
        bid_bias=0.9,
        indirect_share=0.24,
        organic=0.90,
    ),
    Product(
        product_id="728816043599",
        title="羊羔毛领双面呢大衣",
        category="外套",
        role="new",
        campaign=7,
        ad_group_id="3054410220",
        ad_group="呢大衣",
        sku="DY2644",
        price=239.0,
        margin=0.47,
        refund_rate=0.08,
        stock=300,
        cover_days=None,
        dsr=4.80,
        searches=27.0,
        level=1.2,
        ctr=0.11,
        cvr=0.027,
        quality=6.0,
        bid_bias=0.85,
        indirect_share=0.12,
        organic=0.50,
        first_day=date(2026, 9, 17),
    ),
)
