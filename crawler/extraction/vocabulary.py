"""The words Vietnamese portals use for what is not the article, and the class names CMSs give its parts.

Gathered from the page families described in docs/decisions/0003-extraction.md; compared in folded form
(no diacritics, lower case), so one spelling serves all.
"""

from __future__ import annotations

import re

BLOCK_TAGS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hgroup hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
SKIP_TAGS = frozenset(
    "script style noscript template svg iframe object embed button select textarea input option nav footer canvas "
    "audio video map head link meta base label dialog".split()
)
HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}

_WORD = r"(?:^|[\s_\-/])"
_END = r"(?:$|[\s_\-/\d])"

JUNK_CLASS = re.compile(
    _WORD
    + r"(?:related|relate|relatednews|inner-relate|relatedbox|relatebox|lien-?quan|tin-?lien-?quan|tin-?khac|tin-?moi|tin-?cu|"
    r"tin-?cung|cung-?chuyen-?muc|bai-?cung|other-?news|others?|news-?other|same-?category|share|shares|sharing|sharedaddy|"
    r"social|socials|addthis|fb-?like|comments?|comment-?list|binh-?luan|respond|discussion|lfr-discussion|tags?|"
    r"tag-?list|tagcloud|post-?tags|keywords?|rating|ratings|rate|star|stars|vote|voting|danh-?gia|breadcrumbs?|"
    r"menu|navbar|navigation|nav|topbar|toolbar|tools?|tool-?bar|print|font-?size|footer|sidebar|side|aside|"
    r"banner|banners|quang-?cao|ads?|adv|advert|advertisement|adsbygoogle|sponsor|newsletter|subscribe|subscription|popup|modal|"
    r"login|sign-?in|search|search-?box|counter|visitors?|statistics?|thong-?ke|luot-?truy-?cap|most-?read|most-?view|"
    r"doc-?nhieu|xem-?nhieu|popular|hot-?news|latest|newest|recommend|recommended|suggest|weather|copyright|license|"
    r"google-?news|poll|survey|captcha|cookie|pagination|pager|paging|page-?nav|prev-?next|prev|next-?post|post-?navigation|"
    r"author-?box|author-?bio|about-?author|widget|widgets|carousel|slider|ticker|marquee|lich|calendar|clock|"
    r"datetime-?top|site-?header|site-?footer|skip-?link|link-content-footer|see-?more|xem-?them|read-?more|more-?news|hotline|"
    r"emotion|reaction|like-?button|audio-?player|tts|video-?player|metadata-view-count|view-?count|viewed|"
    r"asset-links|related-assets|taglib-social-bookmarks|taglib-ratings|noprint|no-print|hidden-print|sr-only|"
    r"screen-reader-text|visually-hidden|breadcrumb-?wrap|kbwscwl-relatedbox|box-?tin|boxtin|news-?relate|"
    r"bai-?viet-?khac|tin-?da-?dua|chia-?se|gui-?ban|in-?bai|the-?loai|feedback|gop-?y|lightbox|tooltip)"
    + _END,
    re.IGNORECASE,
)

CONTENT_CLASS = re.compile(
    r"articlebody|article[_-]{1,2}body|article-content|article[_-]{0,2}detail|cms-body|detail-content|detail[_-]body|"
    r"content[_-]?detail|detailcontent|afcbc-body|entry-content|post-content|post-body|news-content|newscontent|bodytext|"
    r"noi-?dung|noidungtt|chi-?tiet|maincontent-detail|journal-content-article|asset-content|article-text|"
    r"fck_detail|singular-content|the-content|story-body|main-text|content-news|news-detail|newsdetail|td-post-content|"
    r"field--name-body|elementor-widget-theme-post-content|ckeditor|rtecontent|ms-rtestate-field|divArticleDescription2",
    re.IGNORECASE,
)
LEAD_CLASS = re.compile(
    r"(?:^|[\s_\-])(?:sapo|lead|lede|chapeau|hometext|tom-?tat|trich-?dan|trichyeu|trich-?yeu|intro|introtext|standfirst|dek|"
    r"summary|excerpt|abstract|mota|mo-?ta|description|desc|short-?content|subtitle|article__sapo|detail-sapo|brief|init|sub-?headline|short-?desc|"
    r"post-summary|newslead|headnote)(?:$|[\s_\-\d])",
    re.IGNORECASE,
)
AUTHOR_CLASS = re.compile(
    r"(?:^|[\s_\-])(?:author|authors|byline|tac-?gia|tacgia|nguoi-?viet|but-?danh|journalist|reporter|writer|"
    r"article__author|detail-author|post-author|author-?name|the-?article-?author|bantac)(?:$|[\s_\-\d])",
    re.IGNORECASE,
)
SOURCE_CLASS = re.compile(
    r"(?:^|[\s_\-])(?:source|sources|nguon|nguon-?tin|nguontin|pnnguontin|detail-source|article-source|sourcename)"
    r"(?:$|[\s_\-\d])",
    re.IGNORECASE,
)
DATE_CLASS = re.compile(
    r"(?:^|[\s_\-])(?:date|dates|time|datetime|publish|published|publishdate|publish-date|pubdate|post-date|postdate|"
    r"post-meta|meta|entry-date|entry-meta|ngay|ngay-?dang|ngaydang|ngaytao|thoi-?gian|created|createdate|create-?date|"
    r"article__meta|article-meta|article-date|detail-time|detail-info|info|news-?date|date-?time|metadata-publish-date|"
    r"timestamp|updated|cap-?nhat)(?:$|[\s_\-\d])",
    re.IGNORECASE,
)
CAPTION_CLASS = re.compile(
    r"caption|chu-?thich|chuthich|pcaption|image-?desc|photo-?desc|img-?desc|photocms_caption|imagetext|image-?note|"
    r"expnoedit|wp-caption-text|imgdesc|legend",
    re.IGNORECASE,
)
PICTURE_CLASS = re.compile(r"picture|photo|image|figure|wp-caption|tplcaption|img-?wrap|imgbox", re.IGNORECASE)

JUNK_HEADING = re.compile(
    r"^(?:cac |nhung |mot so )?(?:tin|bai|bai viet|tin tuc|tin bai|noi dung|chu de|thong tin|video|su kien|van ban|muc|bai bao)"
    r"(?: viet| bai| tuc)? (?:lien quan|khac|moi|moi nhat|moi hon|cu hon|cung chuyen muc|cung chu de|cung loai|da dua|da dang|"
    r"doc nhieu|xem nhieu|noi bat|nong|nen doc|hot|truoc|sau|cu|duoc quan tam|cung su kien|goi y|trong muc|cung tac gia)"
    r"(?: nhat| hon| khac| nay)?\s*[:.]?$|"
    r"^(?:doc them|xem them|xem tiep|doc tiep|co the ban quan tam|ban co the quan tam|ban doc quan tam|doc nhieu|xem nhieu|"
    r"doc nhieu nhat|xem nhieu nhat|cung chuyen muc|lien quan|tin moi|noi bat|tin noi bat|tin nong|y kien ban doc|y kien cua ban|"
    r"binh luan|phan hoi|gui binh luan|de lai mot binh luan|de lai binh luan|tra loi|huy|danh gia|chuyen muc|danh muc|tags?|tu khoa|the|"
    r"bai lien quan|tin lien quan|related (?:articles?|posts?|news|stories)|read more|more news|most read|you may also like|"
    r"comments?|leave a reply|share this|newer news items|older news items|nhung tin moi hon|nhung tin cu hon|"
    r"theo dong su kien|dong su kien|quang cao|thong ke truy cap|lien ket website|lien ket|xem nhieu trong tuan|"
    r"danh gia bai viet|bai viet moi|bai viet noi bat|bai truoc|bai sau|tim theo ngay|thu vien anh|thu vien video)\b[^.]{0,40}$"
)
JUNK_LINE = re.compile(
    r"^(?:luot xem|so luot xem|luot doc|da xem|so lan xem|so lan doc|luot truy cap|so luot truy cap|dang truy cap|truy cap)\b.{0,40}$|"
    r"^\d[\d.,]* (?:luot xem|luot doc|views?|luot truy cap)$|^(?:chia se|share|tweet|zalo|facebook|twitter|in trang|in bai|"
    r"in bai viet|in an|gui cho ban be|gui mail|gui email|email|print|tro ve|quay lai|ve dau trang|len dau trang|tro lai dau trang|"
    r"trang chu|dang nhap|dang ky|nghe doc bai|nghe bai viet|luu bai|luu bai viet|theo doi|bao cao|like|thich|binh luan|gui|"
    r"sao chep lien ket|copy link|copy|a\+|a-|aa|co chu|phong to|thu nho|tang co chu|giam co chu|null|x|;|\.|x null|"
    r"dong|mo rong|xem anh|xem anh lon|tai ve|download|click de xem|video|anh|audio)(?: bai viet| bai| nay| len facebook| tin nay)?\s*[:|+.-]?$|"
    r"^(?:chia se|share)(?: bai viet| tin| len)?\b.{0,40}$|"
    r"^theo doi .{1,60} tren (?:google news|google|zalo|facebook|youtube).{0,30}$|^(?:follow|theo doi) .{0,60}google news.{0,20}$|"
    r"^(?:danh gia|xep hang|binh chon|trung binh|rating|tong so diem|click de danh gia|di chuot vao ngoi sao|gia tri trung binh|"
    r"vui long danh gia|hay danh gia)\b.{0,80}$|^\(?\d+ (?:binh chon|danh gia|votes?|phieu)\)?.{0,20}$|"
    r"^(?:giay phep|gp so|ban quyen|copyright|©|all rights reserved|ghi ro nguon|khi phat hanh lai|co quan chu quan)\b.{0,300}$|"
    r"^(?:chua co binh luan|hay la nguoi dau tien|ban can dang nhap|email cua ban se khong|nhap noi dung binh luan|ma xac nhan|"
    r"nhap ma|y kien cua ban|gui y kien|gui phan hoi)\b.{0,160}$|"
    r"^(?:tags?|tu khoa|the|key ?words?|chu de)\s*:.{0,400}$|^(?:clip|video)\s*:.{0,200}$|"
    r"^(?:xem them|doc them|xem tiep|mời xem|tin lien quan|bai lien quan|>>+|»|=>+|\[xem)\s*[:>]?.{0,200}$|"
    r"^(?:tim theo ngay|thoi tiet|ty gia|gia vang|ket qua|lich cong tac)\b.{0,60}$|"
    r"^(?:cap nhat|ngay dang|dang ngay|ngay cap nhat|thoi gian dang|cap nhat luc|ngay tao|xuat ban)\b[^a-z]{0,60}$|"
    r"^(?:the gioi|google news|news)$|^\d{1,2}/\d{1,2}/\d{4}(?: ?[|-]? ?\d{1,2}:\d{2}(?::\d{2})?)?(?: ?(?:sa|ch|am|pm))?$|^[\W_]*$"
)
VIEW_COUNT = re.compile(
    r"(?:luot xem|so luot xem|luot doc|da xem|so lan xem|so lan doc|doc|views?|xem)\s*(?:bai viet|tin)?\s*[:(]\s*(\d[\d.,]*)|"
    r"(\d[\d.,]*)\s*(?:luot xem|luot doc|lan xem|views?)\b|(?:luot xem|da xem|views?)\s+(\d[\d.,]*)|^\D{0,40}\d{4}\s*\|\s*(\d{1,7})$"
)
GENERIC_TITLE = re.compile(
    r"^(?:trang chu|home|tin tuc(?: - su kien)?|chi tiet(?: tin(?: tuc)?| bai viet| tin bai)?|noi dung(?: chi tiet| bai viet)?|"
    r"cong thong tin dien tu.*|trang thong tin.*|bai viet|news|article|detail|xem tin|content|dang nhap|tin bai)$"
)
ATTACHMENT = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|rar|zip|odt|ods|rtf)(?:$|[?#&])", re.IGNORECASE)
ICON = re.compile(
    r"(?:^|[/_\-.])(?:logo|icon|icons|ico|banner|avatar|spacer|blank|pixel|1x1|emoji|smiley|loading|loader|sprite|button|btn|"
    r"share|facebook|twitter|zalo|print|email|star|arrow|bullet|quangcao|ads?|no-?image|noimage|placeholder|transparent|"
    r"counter|captcha|new|hot|rss|qr-?code)s?(?:[/_\-.]|\d*\.(?:gif|png|jpe?g|svg|webp))",
    re.IGNORECASE,
)
NOT_FOUND = re.compile(
    r"khong tim thay (?:trang|noi dung|bai viet|du lieu|tin|ket qua)|trang (?:ban (?:yeu cau|tim kiem|truy cap|dang tim) )?khong ton tai|"
    r"bai viet (?:nay )?(?:khong ton tai|da bi xoa|da bi go|khong co|da duoc go)|noi dung (?:nay |(?:ma )?(?:quy vi|ban) (?:dang )?(?:tim kiem|tim|xem|yeu cau) )?(?:khong (?:con )?ton tai|da bi xoa|da bi go)|"
    r"page not found|\b404\b|duong dan (?:nay )?khong (?:ton tai|dung)|tin (?:nay )?khong ton tai|khong con ton tai|"
    r"lien ket (?:nay )?khong ton tai|khong tim thay"
)
CHALLENGE = re.compile(
    r"just a moment|checking your browser|attention required|cf-challenge|cf_chl|verify you are (?:a )?human|"
    r"xac (?:minh|nhan) (?:ban (?:la|khong phai)|rang ban)|toi khong phai la (?:nguoi may|robot)|ddos|request unsuccessful|"
    r"access denied|nhap ma (?:captcha|xac nhan|bao ve)|truy cap (?:bat thuong|bi chan|bi tu choi)|unusual traffic|are you a robot|captcha"
)
EMPTY = re.compile(
    r"(?:du lieu|noi dung|trang|thong tin|he thong|website|cong thong tin|bai viet)[\w ]{0,40} (?:dang|se) (?:duoc )?(?:cap nhat|bao tri|nang cap|xay dung)|"
    r"dang (?:bao tri|nang cap|cap nhat)|under (?:maintenance|construction)"
)
LOGIN = re.compile(r"^(?:dang nhap|login|sign in)\b")
