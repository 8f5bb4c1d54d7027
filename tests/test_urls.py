"""Addresses: one key for all addresses of a page, and never a request to a private host."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.errors import AddressError
from archive.urls import (
    MAX_LENGTH,
    host_of,
    identity,
    is_private_host,
    is_private_ip,
    parse_http_url,
    plain_url,
    same_site,
)

HOSTS = ("baodia.vn", "www.baodia.vn")

SAME = [
    ("http://baodia.vn/tin-1.html", "https://baodia.vn/tin-1.html"),
    ("https://www.baodia.vn/tin-1.html", "https://baodia.vn/tin-1.html"),
    ("https://m.baodia.vn/tin-1.html", "https://baodia.vn/tin-1.html"),
    ("https://amp.baodia.vn/tin-1.html", "https://mobile.baodia.vn/tin-1.html"),
    ("https://BaoDia.VN:443/tin-1.html", "http://baodia.vn:80/tin-1.html"),
    ("https://baodia.vn./tin-1.html", "https://baodia.vn/tin-1.html"),
    ("https://baodia.vn/tin-1.html#binh-luan", "https://baodia.vn/tin-1.html"),
    ("https://baodia.vn/a/../b/./tin", "https://baodia.vn/b/tin"),
    ("https://baodia.vn/a/%2e%2e/b/tin", "https://baodia.vn/b/tin"),
    ("https://baodia.vn//thoi-su///tin", "https://baodia.vn/thoi-su/tin"),
    ("https://baodia.vn/thoi-su/", "https://baodia.vn/thoi-su"),
    ("https://baodia.vn", "https://baodia.vn/"),
    ("https://baodia.vn/d%c3%a2n-v%e1%ba%adn", "https://baodia.vn/dân-vận"),
    ("https://baodia.vn/da\u0302n", "https://baodia.vn/dân"),
    ("https://baodia.vn/%74in%2D1", "https://baodia.vn/tin-1"),
    ("https://baodia.vn/tin bai", "https://baodia.vn/tin%20bai"),
    ("https://baodia.vn/tin?q=dan+van", "https://baodia.vn/tin?q=dan%20van"),
    ("https://baodia.vn/tin;jsessionid=0AF3?id=7", "https://baodia.vn/tin?id=7"),
    ("https://baodia.vn/tin?id=7&utm_source=zalo&utm_medium=x", "https://baodia.vn/tin?id=7"),
    ("https://baodia.vn/tin?fbclid=IwAR0x&id=7&_ga=2.1&_gl=1", "https://baodia.vn/tin?id=7"),
    ("https://baodia.vn/tin?id=7&gidzl=aB-1&zarsrc=30", "https://baodia.vn/tin?id=7"),
    ("https://baodia.vn/tin?id=7&mc_cid=1&igshid=2&gclid=3", "https://baodia.vn/tin?id=7"),
    ("https://baodia.vn/tin?id=7&ref=facebook&source=rss", "https://baodia.vn/tin?id=7"),
    ("https://baodia.vn/tin?id=7&PHPSESSID=abc", "https://baodia.vn/tin?id=7"),
    ("https://baodia.vn/tin?id=7&sid=0123456789abcdef0123456789abcdef", "https://baodia.vn/tin?id=7"),
    ("https://baodia.vn/tin?id=7&_=1700000000000", "https://baodia.vn/tin?id=7"),
    ("https://baodia.vn/tin?b=2&a=1", "https://baodia.vn/tin?a=1&b=2"),
    ("https://baodia.vn/tin?a=1&amp;b=2", "https://baodia.vn/tin?a=1&b=2"),
    ("https://baodia.vn/tin?a=1&&", "https://baodia.vn/tin?a=1"),
    ("https://baodia.vn/tin?", "https://baodia.vn/tin"),
    ("https://baodia.vn/tin-1.html/amp", "https://baodia.vn/tin-1.html"),
    ("https://baodia.vn/tin-1.html?amp=1", "https://baodia.vn/tin-1.html"),
    ("https://ai:mat-khau@baodia.vn/tin", "https://baodia.vn/tin"),
    ("  https://baodia.vn/tin\n", "https://baodia.vn/tin"),
    ("https://baodia.vn\\thoi-su\\tin", "https://baodia.vn/thoi-su/tin"),
    ("https://báo.vn/tin", "https://xn--bo-mia.vn/tin"),
    ("https://ｂａｏｄｉａ.vn/tin", "https://baodia.vn/tin"),
]

DIFFERENT = [
    ("https://baodia.vn/xa?sid=12", "https://baodia.vn/xa?sid=13"),
    ("https://baodia.vn/xa?tinid=12", "https://baodia.vn/xa?tinid=120"),
    ("https://baodia.vn/xa?sid=12", "https://baodia.vn/xa"),
    ("https://baodia.vn/tin?ref=12", "https://baodia.vn/tin"),
    ("https://baodia.vn/tin?source=van-phong", "https://baodia.vn/tin"),
    ("https://baodia.vn/?p=1", "https://baodia.vn/?p=2"),
    ("https://baodia.vn/tin?a=1&a=2", "https://baodia.vn/tin?a=2&a=1"),
    ("https://baodia.vn/tin?page=2", "https://baodia.vn/tin"),
    ("https://baodia.vn/Tin-1", "https://baodia.vn/tin-1"),
    ("https://baodia.vn/a%2Fb", "https://baodia.vn/a/b"),
    ("https://baodia.vn/tim?q=a%26b", "https://baodia.vn/tim?q=a&b"),
    ("https://baodia.vn/#!/tin/1", "https://baodia.vn/#!/tin/2"),
    ("https://baodia.vn:8080/tin", "https://baodia.vn/tin"),
    ("https://chinhquyen.baodia.vn/tin", "https://baodia.vn/tin"),
    ("https://baodiа.vn/tin", "https://baodia.vn/tin"),  # a Cyrillic а
    ("https://baodia.vn/luu/http://a.vn/1", "https://baodia.vn/luu/http://b.vn/1"),
    ("https://baodia.vn/amp", "https://baodia.vn/"),
    ("https://baodia.vn/tin;lang=vi", "https://baodia.vn/tin"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_addresses_of_one_page_have_one_identity(one: str, other: str) -> None:
    assert identity(one, hosts=HOSTS) == identity(other, hosts=HOSTS)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_pages_have_two_identities(one: str, other: str) -> None:
    assert identity(one, hosts=HOSTS) != identity(other, hosts=HOSTS)


def test_a_host_that_is_not_the_sites_keeps_its_prefix() -> None:
    assert identity("http://www.khac.vn/tin", hosts=HOSTS) == "https://www.khac.vn/tin"
    assert identity("http://m.edu.vn/", hosts=("edu.vn",)) == "https://m.edu.vn/"


def test_a_kept_parameter_is_never_dropped() -> None:
    url = "https://baodia.vn/tin?utm_source=3&PHPSESSID=9&ref=facebook"
    assert identity(url, keep_params=("Utm_Source", "ref")) == "https://baodia.vn/tin?ref=facebook&utm_source=3"


def test_a_homograph_shows_itself_in_punycode() -> None:
    assert identity("https://baodiа.vn/").startswith("https://xn--")
    assert host_of("https://baodiа.vn/") != "baodia.vn"


_ADDRESSES = st.builds(
    "{}://{}{}{}{}".format,
    st.sampled_from(["http", "https", "HTTP"]),
    st.sampled_from(["baodia.vn", "www.baodia.vn", "m.baodia.vn:80", "báo.vn", "127.1", "a@b.vn", "[::1]:81", "", "."]),
    st.lists(
        st.sampled_from(
            ["/", "..", ".", "//", "amp", "%2E", "%", "%zz", "%41", ";jsessionid=", "a", "ậ", ":", ";", "\\"]
        )
        | st.text(max_size=3),
        max_size=8,
    ).map(lambda parts: "/" + "".join(parts)),
    st.lists(
        st.sampled_from(["?", "&", "=", "a=1", "utm_x=1", "sid=12", "amp;", "%26", "+", "amp=1", "_=17", "ref=zalo"])
        | st.text(max_size=3),
        max_size=8,
    ).map(lambda parts: "?" + "".join(parts)),
    st.sampled_from(["", "#", "#a", "#!/a b", "#!%zz"]),
)


@given(st.text() | _ADDRESSES)
@example("http://a.vn/;jsess;jsessionid=xionid=3")
@example("http://a.vn/x/;jsessionid=1/../amp/amp/")
@example("http://a.vn/?*&+")
@example("\ud800")
def test_any_text_has_an_identity_and_the_identity_is_its_own(text: str) -> None:
    key = identity(text, hosts=HOSTS)
    assert identity(key, hosts=HOSTS) == key


@given(_ADDRESSES)
def test_the_address_asked_for_has_the_identity_of_the_address_found(text: str) -> None:
    try:
        sent = parse_http_url(text)
    except AddressError:
        return
    assert sent.isascii()
    assert " " not in sent
    assert parse_http_url(sent) == sent
    assert identity(sent, hosts=HOSTS) == identity(text, hosts=HOSTS)


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("HTTP://BaoDia.vn", "http://baodia.vn/"),
        (" https://baodia.vn/tin bài?q=dân vận#cuoi ", "https://baodia.vn/tin%20b%C3%A0i?q=d%C3%A2n%20v%E1%BA%ADn"),
        ("https://baodia.vn/tin%2f1?a=%C3%A2", "https://baodia.vn/tin%2f1?a=%C3%A2"),
        ("https://ten:mk@baodia.vn:8443/x", "https://baodia.vn:8443/x"),
        ("https://baodia.vn/#!/tin/9", "https://baodia.vn/#!/tin/9"),
        ("http://2130706433/", "http://127.0.0.1/"),
        ("https:////baodia.vn/x", "https://baodia.vn/x"),
    ],
)
def test_an_address_is_made_fit_to_send(url: str, sent: str) -> None:
    assert parse_http_url(url) == sent


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("file:///etc/passwd", "scheme"),
        ("data:text/html,<p>", "scheme"),
        ("javascript:void(0)", "scheme"),
        ("java\nscript:alert(1)", "scheme"),
        ("ftp://baodia.vn/x", "scheme"),
        ("mailto:banbientap@baodia.vn", "scheme"),
        ("/tin-tuc/1", "malformed"),
        ("//baodia.vn/x", "malformed"),
        ("http://", "malformed"),
        ("http://[::1", "malformed"),
        ("http://bao dia.vn:x/", "malformed"),
        ("http://baodia.vn:99999/", "malformed"),
        ("http://-baodia-.vn/", "malformed"),
        ("http://1.2.3.4.5/", "malformed"),
        ("http://" + "a" * 64 + "ậ.vn/", "malformed"),
        ("", "malformed"),
        ("https://baodia.vn/" + "a" * MAX_LENGTH, "too_long"),
        ("https://baodia.vn/" + "ậ" * 700, "too_long"),
        ("https://baodia.vn/" + "a" * 2**20, "too_long"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_with_the_reason(url: str, reason: str) -> None:
    with pytest.raises(AddressError) as caught:
        parse_http_url(url)
    assert caught.value.reason == reason
    assert len(str(caught.value)) < 400


def test_a_site_is_its_hosts_and_their_twins() -> None:
    assert same_site("http://m.baodia.vn/x", HOSTS)
    assert same_site("https://BAODIA.vn.:443/", ("www.baodia.vn",))
    for url in ("https://baodia.vn.lua.com/", "https://xbaodia.vn/", "https://baodia.vn@khac.vn/", "javascript:1", ""):
        assert not same_site(url, HOSTS)


PRIVATE = """
127.0.0.1 127.1 127.0.1 2130706433 0x7f000001 0x7f.1 0X7F.0.0.1 0177.0.0.1 017700000001 0x7f.0.0x0.1 127.0.0.1. 0
0.0.0.0 0x0 00 10.0.0.1 10.255.255.255 012.0.0.1 167772161 172.16.0.1 172.31.255.254 192.168.1.1 192.168.257
3232235777 0300.0250.1.1 169.254.169.254 2852039166 0xa9fea9fe 100.64.0.1 100.127.255.254 224.0.0.1 239.255.255.250
240.0.0.1 255.255.255.255 192.0.2.1 198.51.100.7 203.0.113.9 198.18.0.1 192.0.0.8 ::1 [::1] :: [::] 0:0:0:0:0:0:0:1
::ffff:127.0.0.1 [::ffff:7f00:1] ::ffff:10.0.0.1 ::127.0.0.1 ::ffff:0:127.0.0.1 64:ff9b::7f00:1 64:ff9b::127.0.0.1
64:ff9b:1::1 2002:7f00:1:: 2002:c0a8:0101::1 fe80::1 fe80::1%eth0 [fe80::1%25eth0] fc00::1 fd12:3456::1 fec0::1
ff02::1 2001:db8::1 2001::1 fe80::5efe:127.0.0.1 localhost LOCALHOST localhost. app.localhost localhost.localdomain
may.local router.lan kho.internal ldap.corp nas.home.arpa metadata.google.internal mayin intranet １２７.０.０.１
127。0。0。1 ①②⑦.⓪.⓪.① ⓛocalhost %31%32%37.0.0.1 127%2e0.0.1 loc\xadalhost 127.0.0\u200b.1 127.0.0.1:80 [::1]:8080
ai@127.0.0.1 256.1.1.1 1.2.3.4.5 0x 4294967296 [::zz] 99999999999999999999
"""

PUBLIC = """
8.8.8.8 134744072 0x08080808 1.1.1.1 172.15.0.1 172.32.0.1 192.167.1.1 192.169.1.1 11.0.0.1 169.253.1.1 100.63.0.1
100.128.0.1 126.255.255.255 128.0.0.1 223.255.255.255 203.113.131.1 8.8.8.8:443 2001:4860:4860::8888
[2606:4700:4700::1111] ::ffff:8.8.8.8 64:ff9b::808:808 2002:808:808::1 danvan.vn www.baonghean.vn DANGCONGSAN.VN.
báo.vn xn--bo-mia.vn localhost.vn 127.vn 10.0.0.1.vn mylocal.vn danvan.example internal.gov.vn a--b.vn
bandanvan.laocai.org.vn
"""


@pytest.mark.parametrize("host", [*PRIVATE.split(), "", " ", "."])
def test_every_spelling_of_a_private_host_is_known(host: str) -> None:
    assert is_private_host(host)


@pytest.mark.parametrize("host", PUBLIC.split())
def test_a_public_host_is_not_taken_for_a_private_one(host: str) -> None:
    assert not is_private_host(host)


def test_a_private_ip_is_an_address_and_not_a_name() -> None:
    assert is_private_ip("0x7f.1")
    assert is_private_ip("::ffff:192.168.0.1")
    assert not is_private_ip("localhost")
    assert not is_private_ip("8.8.4.4")


@given(st.text())
def test_any_text_can_be_asked_about_as_a_host(text: str) -> None:
    assert is_private_host(text) in (True, False)


@given(st.ip_addresses(network="10.0.0.0/8"), st.sampled_from(["{}", "0x{:x}", "0{:o}"]))
def test_no_number_hides_a_private_address(address, form: str) -> None:
    number = int(address)
    assert is_private_host(form.format(number))
    assert is_private_host(".".join(form.format((number >> shift) & 255) for shift in (24, 16, 8, 0)))


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("http://www.s.example/tin?utm_source=a&id=5&fbclid=x", "http://s.example/tin?id=5"),
        ("http://s.example/tin;jsessionid=0123456789ABCDEF?page=2", "http://s.example/tin?page=2"),
        ("https://m.s.example/tin?sid=12", "https://m.s.example/tin?sid=12"),
    ],
)
def test_the_address_asked_for_is_bare_of_tracking_and_on_the_home_host(url, plain):
    assert plain_url(url, home="http://s.example/") == plain


def test_a_kept_parameter_stays_in_the_address_asked_for():
    assert plain_url("http://s.example/?utm_source=a", keep_params=("utm_source",)).endswith("?utm_source=a")
