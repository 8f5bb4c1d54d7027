"""A wrong profile: the message names file, key and value."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import ProfileError
from crawler.profile import FAMILIES, SITES_SETTING, load_site
from tests.profiles import SITE, load

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
def test_a_wrong_profile_names_file_key_and_value(own_profiles, line, key, value, why):
    kept = [old for old in SITE.strip().splitlines() if old.split(" ")[0] != line.split(" ")[0]]
    with pytest.raises(ProfileError) as caught:
        load(own_profiles, "\n".join([*kept, line]))
    message = str(caught.value)
    assert message.startswith(f"{own_profiles / 'thu.toml'}: {key}: ")
    assert value in message
    assert why in message
    assert "\n" not in message


@pytest.mark.parametrize("text", ["name =\n", "[[\n", 'name = "thu"\nname = "thu"\n'])
def test_a_file_that_is_no_toml_names_the_file_and_the_place(own_profiles, text):
    with pytest.raises(ProfileError, match=r"thu\.toml: cannot be read: .*line"):
        load(own_profiles, text)


def test_a_file_in_another_encoding_is_refused(own_profiles):
    (own_profiles / "thu.toml").write_bytes('name = "thu"\ntitle = "Đảng"'.encode("utf-16"))
    with pytest.raises(ProfileError, match=r"thu\.toml: cannot be read"):
        load_site("thu")


def test_the_name_must_be_the_files(own_profiles):
    with pytest.raises(ProfileError, match=r"thu\.toml: name: 'khac' must equal the file's name, 'thu'"):
        load(own_profiles, SITE.replace('"thu"', '"khac"'))


def test_an_unknown_family_is_refused_with_the_known_ones(own_profiles):
    if not any(FAMILIES.glob("*.toml")):
        pytest.skip("no families are installed")
    with pytest.raises(ProfileError, match=r"thu\.toml: family: 'joomla99' must be one of .*sharepoint"):
        load(own_profiles, SITE + 'family = "joomla99"')


@given(st.dictionaries(st.text(min_size=1, max_size=8), st.one_of(st.integers(), st.booleans(), st.text(max_size=5))))
def test_whatever_the_table_nothing_but_a_profile_error_is_raised(tmp_path_factory, table):
    own_profiles = tmp_path_factory.mktemp("site")
    lines = [f"{quoted(key)} = {quoted(value)}" for key, value in table.items() if key not in ("name", "hosts", "home")]
    (own_profiles / "thu.toml").write_text(SITE + "\n".join(lines), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SITES_SETTING, str(own_profiles))
        with suppress(ProfileError):
            assert load_site("thu").name == "thu"


def quoted(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    escaped = "".join(f"\\U{ord(c):08X}" if not c.isascii() or not c.isalnum() else c for c in str(value))
    return f'"{escaped}"'
