"""Every code that `adopt doctor` can report; docs/methods/doctor.md is made of it."""

from adopt.formats.checks.code import Code
from adopt.formats.checks.day_codes import DAY_CODES
from adopt.formats.checks.file_codes import FILE_CODES
from adopt.formats.checks.result_codes import RESULT_CODES
from adopt.formats.checks.shop_codes import SHOP_CODES

CATALOGUE: dict[str, Code] = {**FILE_CODES, **RESULT_CODES, **DAY_CODES, **SHOP_CODES}
