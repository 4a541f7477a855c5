"""The page of measurements keeps what a run of the benchmarks did not measure."""

from benchmarks.report import Section, Table, renewed

PAGE = "Before.\n\n<!-- figures -->\n\n### A post\n\nold\n\n### Start\n\nold\n\n<!-- end of figures -->\n\nAfter.\n"


def test_a_section_that_was_measured_takes_the_place_of_the_old_one_and_the_others_stay() -> None:
    page = renewed(PAGE, "", {"A post": ["### A post", "", "new"]})

    assert page == PAGE.replace("old", "new", 1)


def test_a_section_that_is_new_comes_last_and_the_prose_around_stays() -> None:
    page = renewed(PAGE, "![Plot](plot.svg)", {"Rest": ["### Rest", "", "new"]})

    assert page.startswith("Before.\n\n<!-- figures -->\n\n![Plot](plot.svg)\n\n### A post\n")
    assert page.endswith("### Start\n\nold\n\n### Rest\n\nnew\n\n<!-- end of figures -->\n\nAfter.\n")


def test_what_stands_before_the_first_section_is_renewed_each_time() -> None:
    once = renewed(PAGE, "![Plot](plot.svg)", {})

    assert renewed(once, "![Plot](plot.svg)", {}) == once
    assert renewed(once, "", {}) == PAGE


def test_sections_of_one_title_join_into_one_table_with_all_rows() -> None:
    small, large = (Section("Side by side", "…", [Table(("rows", "s"), [(rows, "1")])]) for rows in ("100", "1,000"))

    assert small.joined(large).lines()[-2:] == ["| 100   | 1 |", "| 1,000 | 1 |"]
