from adopt.formats.checks.repeats import check_copies, check_repeats


def test_days_and_keywords_that_differ_are_no_repeats(shop, rows):
    shop.keywords({}, {"日期": "2026-01-19"}, {"词ID/词包ID": "445"})
    assert not check_repeats(rows())


def test_a_row_twice_in_a_file(shop, rows, codes):
    shop.keywords({}, {})
    found = check_repeats(rows())
    assert codes(found) == ["ROWS_REPEATED"]
    assert found[0].first_rows == (3,)


def test_rows_of_a_breakdown_contradict(shop, rows, codes):
    shop.keywords({}, {"点击量": "20"})
    found = check_repeats(rows())
    assert codes(found) == ["ROWS_CONTRADICT"]
    assert "row 3 and row 2" in found[0].en


def test_exports_that_overlap_and_agree(shop, rows, codes):
    shop.keywords({}, name="a.csv")
    shop.keywords({}, {"日期": "2026-01-19"}, name="b.csv")
    found = check_repeats(rows())
    assert codes(found) == ["EXPORTS_OVERLAP"]
    assert (found[0].file, found[0].rows, found[0].severity) == ("b.csv", 1, "note")


def test_exports_that_overlap_and_differ(shop, rows, codes):
    shop.keywords({}, name="a.csv")
    shop.keywords({"总成交笔数": "4"}, name="b.csv")
    found = check_repeats(rows())
    assert codes(found) == ["EXPORTS_CONTRADICT"]
    assert "orders 4 here and 3 there" in found[0].en
    assert found[0].severity == "error"


def test_a_copy_with_damaged_ids(shop, rows, codes):
    days = [{"日期": f"2026-01-{day}", "点击量": str(day)} for day in range(10, 20)]
    shop.keywords(*days, name="a.csv")
    shop.keywords(*({**day, "词ID/词包ID": "4.4E+11"} for day in days), name="b.csv")
    found = check_copies(rows())
    assert codes(found) == ["EXPORTS_COPIED"]
    assert (found[0].file, found[0].rows) == ("b.csv", 10)
    assert not check_repeats(rows())


def test_two_campaigns_may_have_a_day_alike(shop, rows):
    days = [{"日期": f"2026-01-{day}", "点击量": str(day)} for day in range(10, 20)]
    other = [{**day, "计划ID": "112", "点击量": str(k)} for k, day in enumerate(days, start=14)]
    shop.keywords(*days, name="a.csv")
    shop.keywords(*other, name="b.csv")
    assert not check_copies(rows())


def test_an_export_that_agrees_is_no_copy(shop, rows):
    shop.keywords({}, {"日期": "2026-01-19"}, name="a.csv")
    shop.keywords({}, {"日期": "2026-01-19"}, name="b.csv")
    assert not check_copies(rows())


def test_a_later_export_that_has_grown_is_a_note(shop, rows, codes):
    shop.keywords({}, {"日期": "2026-01-19"}, name="a.csv")
    grown = {"总成交笔数": "5", "总成交金额": "500"}
    shop.keywords(grown, {"日期": "2026-01-19"}, {"日期": "2026-01-22"}, name="b.csv")
    found = check_repeats(rows())
    assert codes(found) == ["EXPORTS_GROWN"]
    assert (found[0].file, found[0].first_rows, found[0].severity) == ("b.csv", (2,), "note")
    assert "a.csv" in found[0].en
    assert "came in since: 2." in found[0].en


def test_a_later_export_that_has_shrunk_is_an_error(shop, rows, codes):
    shop.keywords({}, {"日期": "2026-01-19"}, name="a.csv")
    shop.keywords({"总成交笔数": "2"}, {"日期": "2026-01-22"}, name="b.csv")
    found = check_repeats(rows())
    assert codes(found) == ["EXPORTS_CONTRADICT"]
    assert "orders 2 here and 3 there" in found[0].en
