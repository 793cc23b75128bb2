"""Pinduoduo 多多搜索.

No published table of limits was found: bids are taken to run in fen from 0.10 yuan, and every limit can be narrowed
in shop.toml.
"""

from dataclasses import replace

from adopt.platforms.jd import JD

PDD = replace(JD, name="pdd", title="Pinduoduo 多多搜索")
