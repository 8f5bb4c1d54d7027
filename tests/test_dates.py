"""Dates are read as Vietnamese pages write them: day first, decoys left out, +07:00."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crawler.extraction.dates import FoundDate, find_dates, month_day, read_date_line, read_iso

NOW = datetime(2024, 12, 15, 9, 0, tzinfo=timezone(timedelta(hours=7)))
TABLE = Path(__file__).parent / "data" / "dates.tsv"
DAYS = st.dates(date(1990, 1, 1), date(2024, 12, 14))
TIMES = st.times(min_value=time(0, 1)).map(lambda each: each.replace(second=0, microsecond=0))
WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")
MONTHS = ("Một", "Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy", "Tám", "Chín", "Mười", "Mười Một", "Mười Hai")


def rows() -> list[tuple[str, str, str]]:
    lines = [line for line in TABLE.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return [tuple(line.split("\t")) for line in lines]


def plain(found: FoundDate | None) -> str:
    """The table's form: local time to the minute (the second where it counts), "~" for a relative date."""
    if found is None:
        return ""
    written = found.iso.replace("T", " ").removesuffix("+07:00").removesuffix(":00" if found.has_time else "")
    return written + (" ~" if found.relative else "")


def read(reader: str, text: str) -> str:
    text = text.replace("·", "\u00a0").replace("\\n", "\n")
    if reader == "line":
        return plain(read_date_line(text, now=NOW))
    if reader == "text":
        return " + ".join(plain(found) for found in find_dates(text, now=NOW))
    if reader == "value":
        return plain(read_iso(text, now=NOW))
    found = month_day(text)
    return f"{found[0]:02d}-{found[1]:02d}" if found else ""


@pytest.mark.parametrize(("reader", "text", "expected"), rows())
def test_a_line_of_the_table_is_read_as_it_means(reader, text, expected):
    assert read(reader, text) == expected


def test_every_line_of_the_acceptance_table_is_right(cases):
    counted_from = datetime(2020, 12, 15, 9, 0)  # noqa: DTZ001
    for line in (cases / "dates.tsv").read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        text, _, expected = line.partition("\t")
        relative = "trước" in text or "Hôm" in text
        found = read_date_line(text, now=counted_from if relative else NOW)
        if expected.startswith("MD "):
            assert found is None
            assert "MD {}-{}".format(*month_day(text)) == expected, text
        else:
            assert plain(found).removesuffix(" ~") == expected, text
            assert bool(found and found.relative) == relative


def layouts(day: date, at: time) -> list[tuple[str, bool]]:
    """One moment in the layouts of Vietnamese sites, and whether each tells the time."""
    d, m, y, clock = day.day, day.month, day.year, f"{at:%H:%M}"
    return [
        (f"{WEEKDAYS[day.weekday()]}, {d:02d}/{m:02d}/{y} | {clock} GMT+7", True),
        (f"{clock} - {d:02d}/{m:02d}/{y}", True),
        (f"Cập nhật lúc {clock}, {WEEKDAYS[day.weekday()]}, {d}/{m}/{y} (GMT+7)", True),
        (f"{at.hour}h{at.minute:02d} ngày {d}/{m}/{y}", True),
        (f"{at.hour} giờ {at.minute:02d} phút, ngày {d} tháng {m} năm {y}", True),
        (f"{d:02d}-{m:02d}-{y} {clock}:00", True),
        (f"{d}.{m}.{y}, lúc {clock}", True),
        (f"{day:%d/%m/%Y} {at:%I:%M:00} {'SA' if at.hour < 12 else 'CH'}", True),
        (f"{day.isoformat()} {clock}", True),
        (f"{d} Tháng {MONTHS[m - 1]}, {y}", False),
        (f"Th{m} {d}, {y}", False),
        (f"Hà Nội, ngày {d:02d} tháng {m} năm {y}", False),
        (f"Ngày đăng: {d:02d}/{m:02d}/{y} | 3091 lượt xem", False),
        (f"{day:%B} {d}, {y}", False),
        (f"{d:02d} {day:%b} {y}", False),
    ]


@given(DAYS, TIMES)
def test_a_moment_written_in_any_layout_is_read_back(day, at):
    for text, timed in layouts(day, at):
        found = read_date_line(text, now=NOW)
        wanted = f"{day.isoformat()}T{at:%H:%M}:00+07:00" if timed else day.isoformat()
        assert found is not None, text
        assert (found.iso, found.has_time, found.relative) == (wanted, timed, False), text


@given(DAYS, TIMES, st.sampled_from([0, 60, 420, 540, -300, 330]))
def test_a_machine_value_is_read_back_in_vietnams_time(day, at, east):
    there = datetime.combine(day, at, timezone(timedelta(minutes=east)))
    assume(there.astimezone(UTC).time() != time(0))  # midnight as written means no time: the next test
    here = there.astimezone(NOW.tzinfo)
    wanted = here.date().isoformat() if here.time() == time(0) else here.isoformat()
    epoch = int(there.timestamp())
    values = [
        there.isoformat(), there.isoformat(timespec="milliseconds"), f"{there:%Y-%m-%dT%H:%M:%S%z}",
        f"{there:%a, %d %b %Y %H:%M:%S %z}", f"{there.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        *((str(epoch), f"/Date({epoch * 1000})/") if epoch > 1_000_000_000 else ()),
    ]  # fmt: skip
    if here.date() < date(1990, 1, 1):
        return
    for value in values:
        found = read_iso(value, now=NOW)
        assert found is not None, value
        assert found.iso == wanted, value


@pytest.mark.parametrize("value", ["2023-11-03T00:00:00Z", "2023-11-03T00:00:00.000+00:00", "2023-11-02T17:00:00Z"])
def test_midnight_in_utc_or_in_vietnam_is_a_day_without_a_time(value):
    found = read_iso(value, now=NOW)
    assert found is not None
    assert found.iso == "2023-11-03"


@pytest.mark.parametrize(
    ("text", "day"),
    [("3 novembre 2023", "2023-11-03"), ("1er août 2024", "2024-08-01"), ("2023年11月3日", "2023-11-03")],
)
def test_french_and_chinese_editions_write_days_their_way(text, day):
    found = read_date_line(text, now=NOW)
    assert found is not None
    assert found.iso == day


PIECES = st.lists(
    st.one_of(
        st.text(max_size=20),
        st.sampled_from(
            ["12/06/2014", "ngày 5 tháng 3 năm 2020", "14h30", "Thứ Hai,", "3 giờ trước", " - ", "số 12/", "2014"]
        ),
        DAYS.map(lambda each: f"{each:%d/%m/%Y}"),
    ),
    max_size=8,
).map("".join)


@given(PIECES)
def test_reading_never_fails_and_offsets_cut_the_raw_text_out(text):
    text = unicodedata.normalize("NFC", text)
    ends = [0]
    for found in find_dates(text, now=NOW):
        assert text[found.start : found.end] == found.raw
        assert found.has_time == ("T" in found.iso)
        ends.append(found.end)
    read_date_line(text, now=NOW)
    read_iso(text, now=NOW)
    month_day(text)


@given(DAYS)
def test_no_date_comes_from_after_the_capture(day):
    captured = datetime.combine(day, time(12), NOW.tzinfo)
    later = day + timedelta(days=2)
    assert read_date_line(f"{later:%d/%m/%Y}", now=captured) is None
    assert read_iso(later.isoformat(), now=captured) is None


@pytest.mark.parametrize(
    "unit",
    [
        "1/1/1",
        "12/06/2014",
        "1/",
        "ngày ",
        "1 tháng ",
        "14:30 ",
        "12-",
        "GP số 1 ",
        "Thứ Hai, ",
        "\u00a0",
        "1.1.",
        "12/06/2014-",
    ],
)
def test_long_text_of_one_repeated_piece_is_read_to_its_end(unit):
    text = unit * (200_000 // len(unit)) + " 13/06/2014"
    found = find_dates(text, now=NOW)
    assert all(text[each.start : each.end] == each.raw for each in found[-5:])
    month_day(text)


def test_offsets_of_decomposed_text_are_into_its_composed_form():
    text = unicodedata.normalize("NFD", "Thứ Hai, ngày 16 tháng 6 năm 2014")
    (found,) = find_dates(text, now=NOW)
    assert found.raw == unicodedata.normalize("NFC", text)[found.start : found.end]
    assert found.iso == "2014-06-16"


@given(DAYS.filter(lambda each: each.day <= 9 and each.month != each.day))
def test_the_weekday_chooses_between_readings_but_never_refuses_a_date(day):
    other = date(day.year, day.day, day.month)
    if other.weekday() == day.weekday() or other > NOW.date():
        return
    wrong = next(n for n in range(7) if n not in (day.weekday(), other.weekday()))
    for weekday, meant in ((day.weekday(), day), (other.weekday(), other), (wrong, day)):
        found = read_date_line(f"{WEEKDAYS[weekday]}, {day.day}/{day.month}/{day.year}", now=NOW)
        assert found is not None
        assert found.iso == meant.isoformat()


@given(DAYS)
def test_a_padded_date_is_day_first_whatever_vietnamese_weekday_a_template_prints(day):
    for weekday in WEEKDAYS:
        found = read_date_line(f"{weekday}, {day:%d/%m/%Y}", now=NOW)
        assert found is not None
        assert found.iso == day.isoformat()
