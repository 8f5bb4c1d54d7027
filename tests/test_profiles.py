"""Site profiles: every bundled one loads and tells what it must; the user's own come first."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import ProfileError
from crawler.profile import (
    FAMILIES,
    SAMPLE_SITES,
    SITES,
    SITES_SETTING,
    Addresses,
    Detect,
    Files,
    Layout,
    Politeness,
    Select,
    Site,
    Source,
    generic_site,
    load_families,
    load_family,
    load_sample_sites,
    load_site,
    load_sites,
    site_for_url,
    site_names,
)
from tests.profiles import SITE, load

SEEDS = ("danvan_vn", "dukcqtw_dcs_vn", "dangcongsan_vn", "baonghean_vn", "most_gov_vn")


# What is bundled


@pytest.mark.parametrize("name", sorted(path.stem for path in SITES.glob("*.toml")))
def test_a_bundled_profile_loads_and_tells_what_it_must(name):
    site = load_site(name)
    assert site.name == name
    assert site.title
    assert site.body
    assert site.hosts
    assert site.home
    assert site.home.startswith("https://")
    assert all(source.url.startswith("https://") for source in site.sources)
    assert site.sources or site.status == "ended"
    assert site.checked is None, "no bundled profile has been checked live"
    assert site.status in ("unverified", "ended")


def test_the_five_seed_sites_have_layouts_with_a_headline_body_and_date():
    for name in SEEDS:
        for layout in load_site(name).layouts:
            assert layout.select.headline
            assert layout.select.body
            assert layout.select.date


def test_there_is_a_profile_for_every_site_known():
    assert len(site_names()) == len(load_sites()) >= 16
    assert set(SEEDS) <= set(site_names())


def test_only_sites_wholly_about_the_topic_keep_everything():
    assert {site.name for site in load_sites() if site.topic == "all"} == {"danvan_vn", "bandanvan_laocai_org_vn"}


def test_no_two_profiles_share_a_host():
    hosts = [host for site in (*load_sites(), *load_sample_sites()) for host in site.hosts]
    assert len(hosts) == len(set(hosts))


def test_predecessors_successors_and_families_exist():
    names = set(site_names())
    for site in load_sites():
        assert {site.predecessor, site.successor} - {None} <= names
        if any(FAMILIES.glob("*.toml")):
            assert site.family is None or load_family(site.family).name == site.family


def test_families_have_no_hosts_and_something_to_be_recognised_by():
    for family in load_families():
        assert family.hosts == ()
        assert family.detect.generator or family.detect.markers


def test_the_host_of_an_address_finds_its_profile():
    for site in load_sites():
        for host in site.hosts:
            assert site_for_url(f"https://{host.upper()}/bat-ky?x=1") == site


def test_an_ended_site_has_nothing_to_poll():
    assert [site.name for site in load_sites() if site.status == "ended"] == ["dukcqtw_dcs_vn"]


# The sample's profiles are found, never listed


def test_sample_profiles_are_found_by_name_and_address_but_not_listed():
    names = sorted(path.stem for path in SAMPLE_SITES.glob("*.toml"))
    assert len(names) == 5
    assert not set(names) & set(site_names())
    for name in names:
        site = load_site(name)
        assert site_for_url(f"http://{site.hosts[0]}/x") == site
        assert all(urlsplit(source.url).hostname.endswith(".example") for source in site.sources)


def test_sample_profiles_inherit_the_real_layout():
    sample, real = load_site("danvan_example"), load_site("danvan_vn")
    assert (sample.layouts, sample.addresses) == (real.layouts, real.addresses)
    assert sample.sources != real.sources


# The user's own folder


def test_a_user_profile_is_listed_and_wins_over_ours(own_profiles):
    site = load(own_profiles, 'name = "danvan_vn"\nhosts = ["danvan.vn"]\ntitle = "Của tôi"', "danvan_vn")
    assert load_site("danvan_vn") == site
    assert site_for_url("https://danvan.vn/") == site
    assert load(own_profiles, SITE).name in site_names()


def test_a_user_folder_that_is_none_says_so(monkeypatch, tmp_path):
    monkeypatch.setenv(SITES_SETTING, str(tmp_path / "khong-co"))
    with pytest.raises(ProfileError, match=r"DANVAN_SITES.*khong-co.*no folder"):
        site_names()


def test_an_unknown_site_is_named_with_the_way_out():
    for name in ("khong_co", "../danvan_vn", "", "Danvan"):
        with pytest.raises(ProfileError, match=re.escape(repr(name)) + ".*sites list"):
            load_site(name)


# Inheritance


def test_a_layout_is_inherited_unless_the_profile_has_its_own(own_profiles):
    load(own_profiles, SITE + 'family = "hemera"\n[addresses]\narticle = ["/a/"]\n[[layouts]]\nname = "cha"', "thu")
    child = load(own_profiles, 'name = "con"\nhosts = ["con.example"]\nlayout = "thu"', "con")
    assert (child.family, child.layouts[0].name, child.addresses.article) == ("hemera", "cha", ("/a/",))
    own = load(
        own_profiles, 'name = "rieng"\nhosts = ["rieng.example"]\nlayout = "thu"\n[[layouts]]\nname = "ta"', "rieng"
    )
    assert own.layouts[0].name == "ta"


@pytest.mark.parametrize(
    ("layout", "why"),
    [("khong_co", "not the name of another"), ("con", "not the name of another"), ("giua", "inherits itself")],
)
def test_a_layout_that_leads_nowhere_or_in_circles_is_refused(own_profiles, layout, why):
    load(own_profiles, SITE)
    load(own_profiles, 'name = "giua"\nhosts = ["giua.example"]\nlayout = "thu"', "giua")
    with pytest.raises(ProfileError, match=rf"con\.toml: layout: '{layout}'.*{why}"):
        load(own_profiles, f'name = "con"\nhosts = ["con.example"]\nlayout = "{layout}"', "con")


# Layouts by date


def test_layouts_are_chosen_by_date(own_profiles):
    site = load(
        own_profiles,
        SITE
        + """
[[layouts]]
name = "new"
since = 2016-01-01
[[layouts]]
name = "old"
until = 2015-12-31
[[layouts]]
name = "any"
""",
    )

    def names(day: date | None) -> list[str]:
        return [layout.name for layout in site.layouts_on(day)]

    assert names(date(2015, 12, 31)) == ["old", "any"]
    assert names(date(2016, 1, 1)) == ["new", "any"]
    assert names(None) == ["new", "old", "any"]


@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)))
def test_a_site_with_bounded_layouts_always_has_exactly_one_on_a_day(day):
    assert len(load_site("baonghean_vn").layouts_on(day)) == 1


# Sites nobody described


@pytest.mark.parametrize(
    ("url", "name", "hosts"),
    [
        ("https://www.bao.example/a", "www_bao_example", ("www.bao.example", "bao.example")),
        ("http://9.example/", "host_9_example", ("9.example", "www.9.example")),
        ("https://BAO.example:8080/", "bao_example", ("bao.example", "www.bao.example")),
    ],
)
def test_an_unknown_host_gets_a_generic_site(url, name, hosts):
    site = site_for_url(url)
    assert site == generic_site(url)
    assert (site.name, site.topic, site.layouts) == (name, "all", ())
    assert set(site.hosts) >= set(hosts)


def test_the_guide_explains_every_key_of_a_profile():
    guide = (Path(__file__).parents[1] / "docs" / "adding-a-site.md").read_text(encoding="utf-8")
    tables = (Site, Source, Addresses, Politeness, Files, Layout, Select, Detect)
    keys = {f.name for table in tables for f in fields(table)} - {
        "sources",
        "addresses",
        "politeness",
        "files",
        "layouts",
        "detect",
    }
    rows = "\n".join(line.split("|")[1] for line in guide.splitlines() if line.startswith("| `"))
    assert {key for key in keys if f"`{key}`" not in rows} == set()
    assert all(f"[{name}]" in guide for name in ("[sources]", "addresses", "politeness", "[layouts]", "detect"))


def test_the_guides_example_is_a_profile(own_profiles):
    guide = (Path(__file__).parents[1] / "docs" / "adding-a-site.md").read_text(encoding="utf-8")
    example = guide.split("## A whole profile")[1].split("## Every key")[0]
    site = load(own_profiles, "\n".join(line[4:] for line in example.splitlines()), "bao_example")
    assert [layout.name for layout in site.layouts] == ["hemera", "before-2016"]
    assert site.sources[1].pages == "https://bao.example/dan-van/trang-{page}"
