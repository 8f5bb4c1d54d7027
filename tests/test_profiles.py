"""Site profiles: every bundled one loads, and a wrong one says which file, key and value is wrong."""

from __future__ import annotations

import re
from contextlib import suppress
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

SEEDS = ("danvan_vn", "dukcqtw_dcs_vn", "dangcongsan_vn", "baonghean_vn", "most_gov_vn")
SITE = """
name = "thu"
hosts = ["thu.example"]
home = "https://thu.example/"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the user's own profiles."""
    monkeypatch.setenv(SITES_SETTING, str(tmp_path))
    return tmp_path


def load(folder: Path, text: str, name: str = "thu") -> Site:
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return load_site(name)


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


def test_a_user_profile_is_listed_and_wins_over_ours(folder):
    site = load(folder, 'name = "danvan_vn"\nhosts = ["danvan.vn"]\ntitle = "Của tôi"', "danvan_vn")
    assert load_site("danvan_vn") == site
    assert site_for_url("https://danvan.vn/") == site
    assert load(folder, SITE).name in site_names()


def test_a_user_folder_that_is_none_says_so(monkeypatch, tmp_path):
    monkeypatch.setenv(SITES_SETTING, str(tmp_path / "khong-co"))
    with pytest.raises(ProfileError, match=r"DANVAN_SITES.*khong-co.*no folder"):
        site_names()


def test_an_unknown_site_is_named_with_the_way_out():
    for name in ("khong_co", "../danvan_vn", "", "Danvan"):
        with pytest.raises(ProfileError, match=re.escape(repr(name)) + ".*sites list"):
            load_site(name)


# Inheritance


def test_a_layout_is_inherited_unless_the_profile_has_its_own(folder):
    load(folder, SITE + 'family = "hemera"\n[addresses]\narticle = ["/a/"]\n[[layouts]]\nname = "cha"', "thu")
    child = load(folder, 'name = "con"\nhosts = ["con.example"]\nlayout = "thu"', "con")
    assert (child.family, child.layouts[0].name, child.addresses.article) == ("hemera", "cha", ("/a/",))
    own = load(folder, 'name = "rieng"\nhosts = ["rieng.example"]\nlayout = "thu"\n[[layouts]]\nname = "ta"', "rieng")
    assert own.layouts[0].name == "ta"


@pytest.mark.parametrize(
    ("layout", "why"),
    [("khong_co", "not the name of another"), ("con", "not the name of another"), ("giua", "inherits itself")],
)
def test_a_layout_that_leads_nowhere_or_in_circles_is_refused(folder, layout, why):
    load(folder, SITE)
    load(folder, 'name = "giua"\nhosts = ["giua.example"]\nlayout = "thu"', "giua")
    with pytest.raises(ProfileError, match=rf"con\.toml: layout: '{layout}'.*{why}"):
        load(folder, f'name = "con"\nhosts = ["con.example"]\nlayout = "{layout}"', "con")


# Layouts by date


def test_layouts_are_chosen_by_date(folder):
    site = load(
        folder,
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


# Wrong files: the message names file, key and value

WRONG = [
    ('nmae = "x"', "nmae", "'x'", "no such key"),
    ("title = 7", "title", "7", "text in quotes"),
    ("title = true", "title", "True", "text in quotes"),
    ('hosts = "thu.example"', "hosts", "'thu.example'", "must be a list"),
    ("hosts = [3]", "hosts[0]", "3", "text in quotes"),
    ('hosts = ["Thu.example"]', "hosts[0]", "'Thu.example'", "lower-case host"),
    ('hosts = ["https://thu.example"]', "hosts[0]", "'https://thu.example'", "without http://"),
    ('hosts = [""]', "hosts[0]", "''", "lower-case host"),
    ('status = "dead"', "status", "'dead'", "live, ended, unverified"),
    ('topic = "some"', "topic", "'some'", "all, match"),
    ('checked = "2025-01-01"', "checked", "'2025-01-01'", "a date like"),
    ('home = "https://khac.example/"', "home", "'https://khac.example/'", "not on its hosts"),
    ('home = "thu.example"', "home", "'thu.example'", "http"),
    ('home = "https://[thu/"', "home", "'https://[thu/'", "Invalid"),
    ("sources = {}", "sources", "{}", "must be a list"),
    ("sources = [1]", "sources[0]", "1", "must be a table"),
    ('[[sources]]\nkind = "feed"', "sources[0].url", "", "is missing"),
    ('[[sources]]\nkind = "rss"\nurl = "https://thu.example/"', "sources[0].kind", "'rss'", "feed, sitemap, listing"),
    ('[[sources]]\nkind = "feed"\nurl = "https://khac.example/"', "sources[0].url", "khac", "not on its hosts"),
    ('[[sources]]\nkind = "feed"\nurl = "ftp://thu.example/"', "sources[0].url", "'ftp:", "http"),
    ('[[sources]]\nkind = "listing"\nurl = "https://thu.example/"\npages = "https://thu.example/2"',
     "sources[0].pages", "'https://thu.example/2'", "lacks {page}"),
    ('[[sources]]\nkind = "listing"\nurl = "https://thu.example/"\nfirst_page = "2"',
     "sources[0].first_page", "'2'", "a whole number"),
    ('[[sources]]\nkind = "listing"\nurl = "https://thu.example/"\nnext = "a..x"', "sources[0].next", "'a..x'", "CSS"),
    ('[[sources]]\nkind = "listing"\nurl = "https://thu.example/"\nitems = ">>"', "sources[0].items", "'>>'", "CSS"),
    ('[addresses]\narticle = ["(a"]', "addresses.article[0]", "'(a'", "regular expression"),
    ('[addresses]\nskip = ["a", "*"]', "addresses.skip[1]", "'*'", "regular expression"),
    ("[addresses]\nkeep = []", "addresses.keep", "[]", "no such key"),
    ('[politeness]\nlegacy_tls = "yes"', "politeness.legacy_tls", "'yes'", "true or false"),
    ("[politeness]\nconcurrency = 0", "politeness.concurrency", "0", "at least 1"),
    ("[politeness]\nconcurrency = true", "politeness.concurrency", "True", "a whole number"),
    ("[politeness]\ndelay = -1", "politeness.delay", "-1.0", "not be negative"),
    ('[politeness]\ndelay = "2s"', "politeness.delay", "'2s'", "a number"),
    ("[politeness]\nmax_pages = 0", "politeness.max_pages", "0", "at least 1"),
    ('[politeness]\nwindow = "22-5"', "politeness.window", "'22-5'", "22:00-05:00"),
    ('[politeness]\nwindow = "24:00-05:00"', "politeness.window", "'24:00-05:00'", "22:00-05:00"),
    ('[[layouts]]\n[layouts.select]\nbody = [".a", "div["]', "layouts[0].select.body[1]", "'div['", "CSS"),
    ('[[layouts]]\n[layouts.select]\nbody = ".a"', "layouts[0].select.body", "'.a'", "must be a list"),
    ('[[layouts]]\n[layouts.select]\ntitle = [".a"]', "layouts[0].select.title", "['.a']", "no such key"),
    ('[[layouts]]\nname = "a"\n[[layouts]]\nname = "a"', "layouts[0].name", "'a'", "twice"),
    ("[[layouts]]\nsince = 2020-01-02\nuntil = 2020-01-01", "layouts[0].until", "'2020-01-01'", "before since"),
    ("[[layouts]]\nsince = 2020-01-02T08:00:00", "layouts[0].since", "2020", "a date like"),
    ("[detect]\nmarkers = [1]", "detect.markers[0]", "1", "text in quotes"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "key", "value", "why"), WRONG, ids=[f"{w[1]}-{n}" for n, w in enumerate(WRONG)])
def test_a_wrong_profile_names_file_key_and_value(folder, line, key, value, why):
    kept = [old for old in SITE.strip().splitlines() if old.split(" ")[0] != line.split(" ")[0]]
    with pytest.raises(ProfileError) as caught:
        load(folder, "\n".join([*kept, line]))
    message = str(caught.value)
    assert message.startswith(f"{folder / 'thu.toml'}: {key}: ")
    assert value in message
    assert why in message
    assert "\n" not in message


@pytest.mark.parametrize("text", ["name =\n", "[[\n", 'name = "thu"\nname = "thu"\n'])
def test_a_file_that_is_no_toml_names_the_file_and_the_place(folder, text):
    with pytest.raises(ProfileError, match=r"thu\.toml: cannot be read: .*line"):
        load(folder, text)


def test_a_file_in_another_encoding_is_refused(folder):
    (folder / "thu.toml").write_bytes('name = "thu"\ntitle = "Đảng"'.encode("utf-16"))
    with pytest.raises(ProfileError, match=r"thu\.toml: cannot be read"):
        load_site("thu")


def test_the_name_must_be_the_files(folder):
    with pytest.raises(ProfileError, match=r"thu\.toml: name: 'khac' must equal the file's name, 'thu'"):
        load(folder, SITE.replace('"thu"', '"khac"'))


def test_an_unknown_family_is_refused_with_the_known_ones(folder):
    if not any(FAMILIES.glob("*.toml")):
        pytest.skip("no families are installed")
    with pytest.raises(ProfileError, match=r"thu\.toml: family: 'joomla99' must be one of .*sharepoint"):
        load(folder, SITE + 'family = "joomla99"')


@given(st.dictionaries(st.text(min_size=1, max_size=8), st.one_of(st.integers(), st.booleans(), st.text(max_size=5))))
def test_whatever_the_table_nothing_but_a_profile_error_is_raised(tmp_path_factory, table):
    folder = tmp_path_factory.mktemp("site")
    lines = [f"{quoted(key)} = {quoted(value)}" for key, value in table.items() if key not in ("name", "hosts", "home")]
    (folder / "thu.toml").write_text(SITE + "\n".join(lines), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SITES_SETTING, str(folder))
        with suppress(ProfileError):
            assert load_site("thu").name == "thu"


def quoted(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    escaped = "".join(f"\\U{ord(c):08X}" if not c.isascii() or not c.isalnum() else c for c in str(value))
    return f'"{escaped}"'


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


def test_the_guides_example_is_a_profile(folder):
    guide = (Path(__file__).parents[1] / "docs" / "adding-a-site.md").read_text(encoding="utf-8")
    example = guide.split("## A whole profile")[1].split("## Every key")[0]
    site = load(folder, "\n".join(line[4:] for line in example.splitlines()), "bao_example")
    assert [layout.name for layout in site.layouts] == ["hemera", "before-2016"]
    assert site.sources[1].pages == "https://bao.example/dan-van/trang-{page}"
