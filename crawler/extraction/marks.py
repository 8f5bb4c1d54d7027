"""What a class, an id or a style says of an element: its role in an article, or the furniture it belongs to.

Names are compared word by word ("NewsOther", "news_other" and "news-other" are one), since families of CMSs differ
in spelling more than in words. Readings are cached: a page repeats its names, and a site its pages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

LEAD, AUTHOR, SOURCE, DATE, CAPTION, PICTURE, CONTENT, TITLE, CRUMB, TAGS, VIEWS, SECTION, ARTICLE, BOLD, PLACE = (
    1 << n for n in range(15)
)
"""Roles, as bits: an element may have several."""

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_JOINTS = re.compile(r"[_\-:./]+")
_CONTROL = re.compile(r"^dnn-ctr\d+-view-")  # DotNetNuke names each control of a module's view so


def _words(words: str) -> re.Pattern[str]:
    """A pattern that finds any of the (space-separated) alternatives as whole words of a hyphenated name."""
    return re.compile(rf"(?:^|-)(?:{'|'.join(words.split())})(?:\d*$|\d*-)")


_ROLES: tuple[tuple[int, re.Pattern[str]], ...] = (
    (LEAD, _words(
        "sapo lead lede chapp?eau hometext tom-?tat trich-?dan trich-?yeu intro introtext standfirst dek deck summary excerpt "
        "abstract mo-?ta description desc short-?content subtitle sub-?headline newslead headnote brief init quote-?lead "
        "short-?desc news-?init gioi-?thieu-?bai dan-?nhap chapo kicker-?text"
    )),
    (AUTHOR, _words(
        "author authors byline tac-?gia nguoi-?viet but-?danh journalist reporter writer penname pen-?name author-?name "
        "authorname bantac signature ky-?ten writers lbl-?author lbl-?tac-?gia autor"
    )),
    (SOURCE, _words(
        "source sources nguon nguon-?tin nguon-?bai sourcename source-?name pn-?nguon-?tin lbl-?nguon lbl-?source link-?source-?name"
    )),
    (PLACE, _words("location-?stamp")),
    (DATE, _words(
        "date dates time datetime publish published publishdate pub-?date post-?date ngay ngay-?dang ngay-?tao ngay-?gio thoi-?gian "
        "created create-?date date-?time timestamp updated cap-?nhat date-?news news-?date lbl-?date lbl-?ngay posted posted-?on "
        "pubtime pdate dateandcat published-?date publishing-?date entry-?date entry-?meta post-?meta article-?meta "
        "article__meta meta byline-?date submitted date-?line fulldate"
    )),
    (CAPTION, _words(
        "caption captions chu-?thich pcaption p-?caption image-?desc photo-?desc img-?desc imagetext image-?note expnoedit "
        "imgdesc legend chuthich-?anh caption-?text wp-?caption-?text photocms-?caption img-?caption photo-?caption image-?caption "
        "tplcaption-?text mo-?ta-?(?:anh|hinh) note-?image note-?img photo-?note chuthichanh desc-?image txt-?caption"
    )),
    (PICTURE, _words("picture photo image figure wp-?caption tplcaption img-?wrap imgbox imgs media-?item pic pcenter vc-?image")),
    (CONTENT, _words(
        "articlebody article-?body article-?content article-?detail cms-?body detail-?content detail-?body content-?detail contentdetail "
        "detailcontent afcbc-?body entry-?content post-?content post-?body news-?content news-?body newscontent bodytext body-?text "
        "noi-?dung noi-?dungtt noidungtt noidung-?chi-?tiet asset-?content journal-?content-?article article-?text fck-?detail "
        "singular-?content the-?content story-?body story-?content main-?text content-?news content-?body td-?post-?content field-?name-?body "
        "ckeditor rtecontent ms-?rtestate-?field ms-?rte-?field text-?content content-?text news-?text newsbody newsbody-?text "
        "detail-?text ck-?content article-?entry blog-?content content-?article single-?content page-?content-?body entry post-?text "
        "news-?detail-?content detail-?news-?content maincontent-?detail div-?article-?description2 ndtt txt-?content js-?article-?content "
        "knc-?content rich-?text richtext wysiwyg item-?full-?text itemfulltext content-?main-?detail fulltext body-?content"
    )),
    (TITLE, _words(
        "title titles headline tieu-?de tieude-?tin header-?title heading entry-?title post-?title news-?title title-?news name ten-?bai "
        "article-?title detail-?title contenttitle lbl-?title lbl-?tieu-?de the-?article-?title subject td-?title"
    )),
    (CRUMB, _words(
        "breadcrumbs? bread-?crumbs? duong-?dan breakcrumbs? article-?cate detail-?cate cate-?name category-?name path-?way pathway "
        "sitemap-?path crumbs? trail you-?are-?here bread breadcumb breadcrumd site-?map-?path duongdan navigation-?path"
    )),
    (TAGS, _words(
        "tags? tag-?list tag-?box post-?tags tags-?links article-?tags? detail-?tags? keywords? tu-?khoa news-?tags? box-?tags? "
        "list-?tags? tagged terms taxonomy tag-?detail key-?word tag-?cloud-?link tags-?wrapper label-?tags post-?labels tag-?item entry-?tags labels"
    )),
    (VIEWS, _words(
        "views? view-?counts? luot-?xem luotxem hits? so-?luot-?xem viewed post-?views entry-?views so-?lan-?doc read-?count counter-?view "
        "news-?view num-?view total-?view td-?post-?views"
    )),
    (SECTION, _words("categor(?:y|ies) article-?section cate chuyen-?muc cat-?name cat cats section-?name cat-?links article-?category zone-?name entry-?category")),
    (ARTICLE, _words(
        "article post hentry news-?detail detail-?news detail article-?wrap chi-?tiet chi-?tiet-?tin single-?post view-?detail newsdetail "
        "detail-?page content-?wrap main-?detail asset-?full-?content"
    )),
)  # fmt: skip

_ZONES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("comment", _words(
        "comments? comment-?list comment-?box binh-?luan respond discussion lfr-?discussion fb-?comments disqus y-?kien y-?kien-?ban-?doc "
        "feedback gop-?y comment-?respond phan-?hoi comment-?form box-?comment"
    )),
    ("related", _words(
        "related related-?news related-?posts inner-?relate relate relates related-?box relatebox lien-?quan tin-?lien-?quan bai-?lien-?quan tin-?khac "
        "tin-?moi tin-?cu tin-?cung cung-?chuyen-?muc bai-?cung other-?news others? news-?others? same-?category same-?cate most-?read "
        "most-?view doc-?nhieu xem-?nhieu popular hot-?news latest newest recommend recommended recommendation suggest suggestion see-?more xem-?them "
        "doc-?them read-?more more-?news news-?more related-?assets asset-?links kbwscwl-?relatedbox relatedbox link-?content-?footer news-?relate "
        "bai-?viet-?khac tin-?da-?dua tinkhac tinlienquan othernews newsother jp-?relatedposts yarpp read-?also tin-?noi-?bat news-?hot "
        "tin-?doc-?nhieu tin-?lq bai-?viet-?lien-?quan tinkhac-?list list-?other other-?list next-?prev-?post td-?related tdb-?related boxtin "
        "cac-?tin-?khac tin-?tiep other-?article more-?articles item-?related relatednews related-?articles trending newer older other-?items"
    )),
    ("share", _words(
        "share shares sharing sharedaddy social socials social-?share social-?bookmarks taglib-?social-?bookmarks addthis addtoany fb-?like chia-?se "
        "gui-?ban like-?button zalo-?share-?button share-?buttons? google-?news a2a ssba heateor fb-?root twitter-?share"
    )),
    ("tool", _words(
        "tools? tool-?bar toolbar print print-?link font-?size rating ratings rate star stars star-?rating vote voting danh-?gia taglib-?ratings "
        "kk-?star-?ratings emotion reaction reactions audio-?player tts in-?bai actions? buttons? btns? post-?actions utilities tien-?ich find-?date "
        "search-?date tim-?theo-?ngay zoom text-?size text-?resize nghe-?bai listen player"
    )),
    ("meta-nav", _words(
        "pagination pager paging page-?nav prev-?next prev next-?post post-?navigation nav-?links page-?numbers phan-?trang nav-?below nav-?single"
    )),
    ("ad", _words(
        "ads? adv advert adverts advertisement advertising adsbygoogle sponsor sponsored quang-?cao banner banners newsletter subscribe subscription "
        "popup modal cta call-?to-?action cookie gdpr tooltip promo promotion donate td-?a-?rec ad-?slot dfp quangcao"
    )),
    ("nav", _words(
        "menus? main-?menu navbar navigation nav topbar top-?bar mega-?menu sub-?menu site-?navigation skip-?link skip-?links megamenu sf-?menu "
        "menu-?wrap offcanvas hamburger mobile-?menu"
    )),
    ("login", _words("login sign-?in signin dang-?nhap search search-?box searchbox search-?form tim-?kiem captcha register dang-?ky poll survey")),
    ("side", _words(
        "sidebar side-?bar side aside left-?col right-?col col-?right col-?left widget widgets widget-?area secondary rightbar leftbar cot-?phai cot-?trai "
        "most weather thoi-?tiet lich calendar clock ticker marquee carousel slider slideshow counter visitors? statistics? thong-?ke "
        "luot-?truy-?cap online hotline datetime-?top today date-?top current-?date current-?time lien-?ket weblink box-?right right-?content left-?content"
    )),
    ("foot", _words("footer foot site-?footer page-?footer copyright license ban-?quyen chan-?trang footer-?wrap")),
    ("head", _words("site-?header top-?header header-?top masthead page-?header-?top main-?header logo site-?branding header-?main hdr-?top")),
    ("authorbox", _words("author-?box author-?bio about-?author author-?info-?box author-?description post-?author-?box author-?profile")),
    ("hidden", _words("sr-?only screen-?reader-?text visually-?hidden modal-?dialog")),
)  # fmt: skip

WEAK = frozenset(
    ("side", "related", "tool", "share", "ad", "head", "foot", "hidden", "meta-nav", "login", "nav", "authorbox")
)
"""Zones whose name may mislead: one that holds the page's text is none. Comments stay comments."""

SKIPPED = frozenset(("nav", "comment", "login"))
"""Zones not even walked, unless the page turns out to have no text outside."""

LINKED = frozenset(("side", "foot", "head", "hidden"))
"""Zones not walked either where they hold little but links."""

_NEUTRAL = re.compile(
    r"^(?:elementor.*|wp-block(?!-comments$).*|has-.*|no-.*|is-.*|not-.*|with-.*|without-.*|col-(?:xs|sm|md|lg|xl|\d).*|vc-(?:row|column).*|"
    r"row.*|container.*|clearfix|js-.*|lazy.*|print-?(?:content|area|box|body|section|div|me|able|article|detail).*|"
    r"(?:div|panel|pnl|box|content|area)-?print.*|in-?content|.*-?container-?fluid|theme-.*|page-.*|post-\d+|post-type.*|status-.*|"
    r"margin.*|padding.*|[mp][tblrxyse]?-(?:\d|auto|n\d|px|xs|sm|md|lg|xl|\[).*|pull-.*|float-.*|text-.*|bg-.*|border.*|hidden-.*|visible-.*|d-.*|flex.*|[wh]-\d.*|order-.*|align-.*|justify-.*|"
    r"type-.*|format-.*|fa|fa-.*|icon.*|msonormal.*|ms-rteelement.*|spelle|grame|layout.*|yui.*|aui.*|star-name-caption)$"
)


_GENERATED = re.compile(r"dnn-|ctl\d+-|portlet-|ctl-")  # ids a server makes of its modules' names
_BOLD = re.compile(
    r"\s(?:font-(?:bold|semibold|extrabold|medium)|fw-(?:bold|semibold|bolder)|text-bold|bold|strong|bolder|f-bold|txt-bold)\s",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"\s(?:hidden|hide|d-none(?!.*\sd-\w\w-)|noprint|no-print)\s")


@dataclass(frozen=True, slots=True)
class Mark:
    """What an element's names say: its roles (bits), and the kind of furniture it is (None for none)."""

    roles: int = 0
    zone: str | None = None


NO_MARK = Mark()


@lru_cache(maxsize=8192)
def read_mark(names: str) -> Mark:
    """The reading of class, id and itemprop, joined by spaces."""
    roles, zone = 0, None
    listed = names.split()[:24]
    if "hentry" in listed or "type-post" in listed:  # WordPress names an article's terms among its classes
        listed = [name for name in listed if not name.startswith(("tag-", "category-"))]
    for name in listed:
        plain = _JOINTS.sub("-", _CAMEL.sub("-", name[:80])).lower().strip("-")
        if not plain or plain.isdigit():
            continue
        mark = _read_name(plain)
        roles |= mark.roles
        zone = zone or mark.zone
    if roles & CONTENT and zone in ("side", "tool", "hidden", "login", "nav", "ad"):
        zone = None
    if zone is None and _HIDDEN.search(f" {names} "):
        zone = "hidden"
    if _BOLD.search(f" {names} "):
        roles |= BOLD
    return Mark(roles, zone) if roles or zone else NO_MARK


@lru_cache(maxsize=8192)
def _read_name(name: str) -> Mark:
    name = _CONTROL.sub("", name)
    roles = 0
    for role, pattern in _ROLES:
        if pattern.search(name):
            roles |= role
    if _NEUTRAL.match(name):
        return Mark(roles & CONTENT, None)
    if _GENERATED.match(name):
        return Mark(roles, None)
    zone = next((kind for kind, pattern in _ZONES if pattern.search(name)), None)
    if zone == "ad" and roles & (LEAD | CAPTION):
        zone = None
    return Mark(roles, zone) if roles or zone else NO_MARK


@dataclass(frozen=True, slots=True)
class Style:
    """What a style attribute says: bold and italic (None where it says nothing), alignment, hidden, size in px."""

    bold: bool | None = None
    italic: bool | None = None
    align: str | None = None
    hidden: bool = False
    size: float | None = None


NO_STYLE = Style()
_STYLE = re.compile(
    r"font-weight\s*:\s*(?P<weight>[a-z0-9]+)|font-style\s*:\s*(?P<style>[a-z]+)|text-align\s*:\s*(?P<align>[a-z]+)|"
    r"(?P<hidden>display\s*:\s*none|visibility\s*:\s*hidden)|font-size\s*:\s*(?P<size>[\d.]+)\s*(?P<unit>pt|px|em|rem|%)",
    re.IGNORECASE,
)
_PX = {"pt": 4 / 3, "px": 1.0, "em": 16.0, "rem": 16.0, "%": 0.16}


@lru_cache(maxsize=4096)
def read_style(text: str) -> Style:
    """The reading of a style attribute."""
    bold = italic = align = size = None
    hidden = False
    for found in _STYLE.finditer(text[:2000]):
        if found["weight"]:
            bold = found["weight"].lower() in ("bold", "bolder", "600", "700", "800", "900")
        elif found["style"]:
            italic = found["style"].lower() in ("italic", "oblique")
        elif found["align"]:
            align = found["align"].lower()
        elif found["hidden"]:
            hidden = True
        else:
            size = _px(found["size"], found["unit"].lower())
    style = Style(bold, italic, align, hidden, size)
    return style if style != NO_STYLE else NO_STYLE


def _px(number: str, unit: str) -> float | None:
    try:
        return float(number) * _PX[unit]
    except ValueError:
        return None


FONT_SIZES = {
    "1": 10.0,
    "2": 13.0,
    "3": 16.0,
    "4": 18.0,
    "5": 24.0,
    "6": 32.0,
    "7": 48.0,
    "+1": 18.0,
    "+2": 24.0,
    "-1": 13.0,
}
"""<font size> in px."""
