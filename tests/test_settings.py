"""settings.toml, and where it counts: a wrong value is one line with exit code 2, a right one is used by every verb."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import crawler.cli  # noqa: F401 - hangs the crawler's verbs on the command
from tests.command import Danvan, caller

PROFILE = 'name = "bao_xom_trai"\ntitle = "Báo Xóm Trại"\nhosts = ["bao.example"]\nhome = "https://bao.example/"\n'


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Danvan:
    monkeypatch.delenv("DANVAN_CONTACT", raising=False)
    monkeypatch.setenv("DANVAN_SITES", "")
    return caller(tmp_path / "archive", monkeypatch, capsysbinary)


def settings(tmp_path: Path, text: str) -> None:
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "settings.toml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("contact = \n", "cannot be read: Invalid value (at line 1, column 11)"),
        ('contac = "a@bao.example"', "contac: no such setting; known are contact, sites"),
        ("contact = 5", "contact: 5 must be text in quotes"),
        ('contact = "ai đó"', "contact: 'ai đó' must be an e-mail or web address"),
        ('warc_megabytes = "1"', "warc_megabytes: '1' must be a whole number"),
        ("timeout_seconds = -5", "timeout_seconds: -5 must be above 0"),
        ("keep_off_topic = 1", "keep_off_topic: 1 must be true or false"),
        ("revisit_days = [0]", "revisit_days: [0] must be a list of whole numbers above 0"),
        ('notify_url = "chat.example"', "notify_url: 'chat.example' must begin with http:// or https://"),
        ('sites = "khong-co"', "sites: 'khong-co' is no folder"),
        ('topic = "khong-co.toml"', "topic: 'khong-co.toml' is no file"),
    ],
)
def test_a_wrong_setting_is_named_with_its_value(cli: Danvan, tmp_path: Path, text: str, told: str) -> None:
    settings(tmp_path, text)
    ran = cli("crawl", "danvan_vn", "--dry-run")
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err
    assert "settings.toml" in ran.err
    assert ran.err.count("\n") == 1


def test_the_archives_own_folder_of_profiles_is_used_by_every_verb_about_sites(cli: Danvan, tmp_path: Path) -> None:
    """The folder is named from the archive on, so that a timer finds it whatever its working directory."""
    settings(tmp_path, 'sites = "ho-so"\n')
    (tmp_path / "archive" / "ho-so").mkdir()
    (tmp_path / "archive" / "ho-so" / "bao_xom_trai.toml").write_text(PROFILE, encoding="utf-8")
    assert "bao_xom_trai" in [site["name"] for site in json.loads(cli("sites", "list", "--json").out)]
    assert json.loads(cli("sites", "show", "bao_xom_trai").out)["title"] == "Báo Xóm Trại"
    assert "bao_xom_trai: never crawled" in cli("crawl", "bao_xom_trai", "--dry-run").out
    assert cli("sites", "enable", "bao_xom_trai").code == 0


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("danvn_vn", "no site named 'danvn_vn' (did you mean danvan_vn?)"),
        ("bao.example/tin", "(for an address write https://bao.example/tin)"),
        ("ftp://bao.example/", "must begin with http:// or https://"),
        ("http://[::1", "is no web address"),
        ("http://bao.example:99999/", "is no web address"),
        ("http://b ao.example/", "is no web address"),
        ("http://ten:mat@bao.example/", "'http://bao.example/' was given with a user name"),
        ("http://2130706433/", "is a private address; --allow-private"),
    ],
)
def test_what_cannot_be_crawled_is_refused_before_anything_is_made(
    cli: Danvan, tmp_path: Path, target: str, told: str
) -> None:
    ran = cli("crawl", target)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err
    assert not (tmp_path / "archive").exists()


def test_an_address_in_vietnamese_letters_is_crawled_under_its_host(cli: Danvan) -> None:
    assert cli("crawl", "https://báo.example/tin", "--dry-run").out.startswith("xn_bo_mia_example: never crawled")


def test_the_sample_takes_sample_sites_alone(cli: Danvan) -> None:
    assert "danvan_vn is no sample site; with --sample name one of baonghean_example" in (
        cli("crawl", "--sample", "danvan_vn").err
    )
    assert "--sample-day goes with --sample" in cli("crawl", "--sample-day", "2").err
    assert cli("crawl", "--sample", "--sample-day", "99999999999").code == 2
    assert len(cli("crawl", "--sample", "--dry-run").out.splitlines()) == 5


def test_a_missing_contact_names_the_archives_own_settings(cli: Danvan, tmp_path: Path) -> None:
    for words in (("crawl", "danvan_vn"), ("sites", "check", "--live", "danvan_vn"), ("sites", "new", "http://a.vn/")):
        ran = cli(*words)
        assert ran.code == 2
        assert f"in {tmp_path / 'archive' / 'settings.toml'}, or set DANVAN_CONTACT" in ran.err
