"""The topic: what is dân vận and what only sounds like it, before and after a page is fetched."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import ProfileError
from archive.records import Article
from archive.text import nfc
from crawler.topic import Topic, Verdict, judge_article, judge_link, load_topic

LABELLED = Path(__file__).parent / "data" / "topic_labelled.tsv"


@pytest.fixture(scope="module")
def topic() -> Topic:
    return load_topic()


def article(headline="Tin trong ngày", lead=None, body="", section=None, keywords=()) -> Article:
    return Article(
        url="https://baodia.vn/1", headline=headline, description=lead, article_body=body, article_section=section,
        keywords=keywords,
    )  # fmt: skip


def labelled() -> list[tuple[bool, str, str]]:
    with LABELLED.open(encoding="utf-8") as rows:
        return [
            (label == "on", headline, lead)
            for label, headline, lead in csv.reader(rows, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]


def test_precision_and_recall_on_the_labelled_headlines(topic, record_property) -> None:
    rows = labelled()
    judged = [(on, judge_article(topic, article(headline, lead))[0]) for on, headline, lead in rows]
    right = sum(on and kept for on, kept in judged)
    precision, recall = right / sum(kept for _, kept in judged), right / sum(on for on, _ in judged)
    record_property("precision", precision)
    record_property("recall", recall)
    assert len(rows) >= 120
    assert precision >= 0.95, f"precision {precision:.3f}"
    assert recall >= 0.95, f"recall {recall:.3f}"


def test_no_headline_on_the_topic_is_refused_before_it_is_fetched(topic) -> None:
    verdicts = [(on, judge_link(topic, "https://baodia.vn/1", headline)) for on, headline, _ in labelled()]
    assert not [on for on, verdict in verdicts if on and verdict is Verdict.NO]
    assert sum(on for on, verdict in verdicts if verdict is Verdict.YES) >= 40
    assert sum(not on for on, verdict in verdicts if verdict is Verdict.YES) <= 1
    assert sum(verdict is Verdict.NO for _, verdict in verdicts) >= 10


@pytest.mark.parametrize(
    "text",
    [
        "Dẫn vận khách qua sông",
        "Nhân dân vận động nhau lên nương",
        "Người dân vận chuyển gỗ",
        "Đàn văn công về bản",
        "Dân. Vận hội mới",
        "Vận tải hành khách",
        "Các mặt trận miền Đông",
        "công dân vận hành máy",
    ],
)
def test_accented_text_matches_with_its_diacritics_only(topic, text) -> None:
    assert list(topic.find(text)) == []


@pytest.mark.parametrize(
    "text", ["DÂN VẬN", "Dân  vận,", "dân vâ\u0323n", "“Dân vận khéo”", "hoà giải ở cơ sở", "hòa giải ở cơ sở"]
)
def test_case_tone_placement_and_unicode_form_do_not_matter(topic, text) -> None:
    assert len(list(topic.find(text))) == 1


def test_text_without_any_diacritics_matches_folded(topic) -> None:
    assert [group.topic for group in topic.find("Hoi thi Dan van kheo nam 2024")] == ["dân vận khéo"]
    assert list(topic.find("nhan dan van dong quyen gop")) == []


@pytest.mark.parametrize(
    ("url", "text", "section", "verdict"),
    [
        ("https://baodia.vn/hieu-qua-dan-van-kheo-post12.html", "", None, Verdict.YES),
        ("https://baodia.vn/d%C3%A2n-v%E1%BA%ADn/bai-12", "", None, Verdict.YES),
        ("https://baodia.vn/nhan-dan-van-dong-quyen-gop-12.html", "", None, Verdict.UNKNOWN),
        ("https://baodia.vn/12.html", "Đối thoại với nhân dân ở xã Hòa Lạc", None, Verdict.YES),
        ("https://baodia.vn/12.html", "Khởi công cây cầu nối hai bờ sông", "Dân vận", Verdict.YES),
        ("https://baodia.vn/12.html", "Khởi công cây cầu nối hai bờ sông", None, Verdict.UNKNOWN),
        ("https://baodia.vn/12.html", "Đội khách ngược dòng ở phút bù giờ", "Thể thao", Verdict.NO),
        ("https://baodia.vn/12.html", "Hội thao ngành dân vận mở rộng", "Thể thao", Verdict.YES),
        ("https://baodia.vn/12.html", "Giá vàng hôm nay tiếp tục tăng", None, Verdict.NO),
        ("https://baodia.vn/12.html", "Giá vàng", None, Verdict.UNKNOWN),
        ("http://[lỗi", "", None, Verdict.UNKNOWN),
    ],
)
def test_a_link_is_judged_by_its_text_slug_and_section(topic, url, text, section, verdict) -> None:
    assert judge_link(topic, url, text, section) is verdict


def test_a_guest_list_does_not_make_an_article_of_the_topic(topic) -> None:
    body = "Dự lễ có Trưởng ban Dân vận Tỉnh ủy.\n\n" + "Công trình dài 12 km, vốn đầu tư 900 tỷ đồng.\n\n" * 8
    assert not judge_article(topic, article("Khởi công đường ven biển", "Dự án gồm hai cầu lớn.", body))[0]


def test_a_body_that_speaks_of_it_throughout_is_kept_and_labelled(topic) -> None:
    body = "Tổ dân vận xã họp. Dân vận khéo là phải nghe. " * 5 + "Xã tổ chức đối thoại với nhân dân."
    kept, topics, score = judge_article(topic, article("Chuyện ở xã Hòa Lạc", None, body))
    assert kept
    assert topics[:2] == ("dân vận khéo", "công tác dân vận")
    assert score >= topic.threshold


def test_what_is_not_kept_has_no_labels(topic) -> None:
    assert judge_article(topic, article("Giá gạo tăng", None, "Có ý kiến nhắc đến dân vận.")) == (False, (), 0.2)


def test_keywords_count_with_the_rest(topic) -> None:
    assert not judge_article(topic, article(keywords=("giao thông",)))[0]
    assert judge_article(topic, article(keywords=("dân vận khéo", "Mặt trận Tổ quốc")))[0]


@given(st.text())
def test_any_text_is_judged(text: str) -> None:
    topic = load_topic()
    kept, labels, score = judge_article(topic, article(text, text, text, text, (text,)))
    assert kept == (score >= topic.threshold)
    assert kept or labels == ()
    assert judge_link(topic, text, text, text) in Verdict
    assert judge_article(topic, article(nfc(text))) == judge_article(topic, article(text))


GOOD = 'name="t"\ntitle="T"\nthreshold=1\n[fields]\nheadline=1\n[[groups]]\nweight=1\nphrases=["nhà văn hóa"]\n'


def test_a_file_of_ones_own_replaces_the_topic(tmp_path) -> None:
    path = tmp_path / "chu_de.toml"
    path.write_text(GOOD, encoding="utf-8")
    own = load_topic(path)
    assert judge_article(own, article("Khánh thành nhà văn hoá thôn"))[0]
    assert not judge_article(own, article("Dân vận khéo"))[0]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (("threshold=1", "threshold=0"), "threshold: 0 must be above 0"),
        (("threshold=1", 'threshold="cao"'), "threshold: 'cao' must be a int or float"),
        (("threshold=1", "threshold=true"), "threshold: True"),
        (('title="T"\n', ""), "title: is missing"),
        (("headline=1", "tieude=1"), "fields.tieude: 1 no such field"),
        (("weight=1\n", ""), r"groups\[0\].weight: is missing"),
        (('["nhà văn hóa"]', "[]"), r"groups\[0\].phrases: \(\) must hold"),
        (('["nhà văn hóa"]', '["nhà", 3]'), r"groups\[0\].phrases\[1\]: 3 must be"),
        (("weight=1", "wieght=1\nweight=1"), r"groups\[0\].wieght: 1 no such key"),
        (('name="t"', "name="), "cannot be read"),
    ],
)
def test_a_wrong_topic_file_is_named_with_key_and_value(tmp_path, change, named) -> None:
    path = tmp_path / "chu_de.toml"
    path.write_text(GOOD.replace(*change), encoding="utf-8")
    with pytest.raises(ProfileError, match=named) as caught:
        load_topic(path)
    assert str(path) in str(caught.value)


def test_a_missing_topic_file_is_named(tmp_path) -> None:
    with pytest.raises(ProfileError, match=r"khong-co\.toml: cannot be read"):
        load_topic(tmp_path / "khong-co.toml")
