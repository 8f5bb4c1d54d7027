"""The words of bylines: who writes, shows and edits; names that are nobody's; positions and offices behind a name.

Compared in lower case with diacritics ("ảnh" is a picture, "anh" half of all names), but for `NOBODY`, which is folded.
"""

from __future__ import annotations

import re


def any_of(words: str) -> str:
    """A regular expression of any of the words, which "|" and line ends part."""
    return (
        "(?:"
        + "|".join(word.strip() for line in words.strip().splitlines() for word in line.strip(" |").split("|"))
        + ")"
    )


_WRITES = any_of(
    """
    chùm ảnh|phóng sự ảnh|bộ ảnh|ảnh và chú thích|tin|bài|tin,? bài|(?:tin,? )?(?:bài|tin),? ảnh|bài viết|chùm tin|text|nội dung|author|bởi|by|written by|tác giả
    tác giả bài viết|tác giả tác phẩm|nhóm tác giả|thực hiện|tổ chức thực hiện|nhóm thực hiện|người thực hiện
    người viết|viết|viết bài|người viết bài|người đưa tin|đưa tin|người cung cấp tin|người gửi bài|bài dự thi
    phóng viên|nhóm phóng viên|nhóm pv|pv|ctv|btv|cộng tác viên|dịch|người dịch|biên dịch|lược dịch|tổng hợp
    biên soạn|ghi|người ghi|lược ghi|ghi chép|lược thuật|tổng thuật|sưu tầm|phỏng vấn|phóng sự|ký sự
    biên tập và tổng hợp|viết bởi|được viết bởi|bài của
    """
)
_SHOWS = any_of(
    """
    ảnh|ảnh trong bài|hình|hình ảnh|nguồn ảnh|ảnh tư liệu|video|clip|audio|photos?|infographics?|e-?magazine|longform
    đồ h[ọo][ạa]|thiết kế|trình bày|kỹ thuật|quay phim|dựng phim|dựng|âm thanh|minh h[ọo][ạa]|chụp|chụp ảnh
    người chụp
    """
)
_EDITS = any_of(
    """
    biên tập|biên tập viên|người đăng|người đăng tin|đăng bởi|được đăng bởi|gửi bởi|duyệt|người duyệt|kiểm duyệt|người nhập|hiệu đính
    cập nhật bởi|chịu trách nhiệm.{0,40}
    """
)
_LENDS = any_of("nguồn|nguồn tin|nguồn bài|nguồn bài viết|nguồn trích|nguồn dẫn")
_ROLE = rf"(?:{_WRITES}|{_SHOWS}|{_EDITS}|{_LENDS})"

SHOWS = re.compile(_SHOWS)
LENDS = re.compile(_LENDS)
EDITS = re.compile(_EDITS)
LABEL = re.compile(
    rf"(?<!\w)(?P<roles>{_ROLE}(?:\s?(?:,|;|&|\+|/|-|–|\svà|\sand)\s?{_ROLE}){{0,4}})"
    r"(?:\s?[:：]\s?|(?<=\bby)\s|(?<=(?:đăng|viết) bởi)\s|(?<=gửi bởi)\s)"
)
ROLES_APART = re.compile(r"\s?[,;&+/\-–]\s?|\s(?:và|and)\s")
OF_ANYONE = re.compile(any_of("tác giả|tác giả bài viết|tác giả tác phẩm|nhóm tác giả|author"))
"""Roles behind which any name stands, even a desk's. Behind the others ("Tin: …") a sentence may follow."""

NOBODY = re.compile(
    any_of(
        r"""
        admin(?:istrator)?\d{0,3}|quan tri|quan tri (?:vien|mang|he thong|website|noi dung)|webmaster|host|root
        user|guest|test|(?:super\s?user|system)(?: account)?|portal.{0,20}|editor|bien tap vien|bbt|toa soan.{0,20}
        (?:ban|to|bo phan|hoi dong) bien tap.{0,40}|ban quan tri.{0,30}|thu ky toa soan|khuyet danh|internet
        anh (?:tu lieu|minh hoa|internet)|n/a|none|null|unknown|anonymous|no author|dang cap nhat|tong hop|suu tam|s\.?t|t/h
        boi|by|tac gia|tac gia bai viet|author|dang boi|theo|nguon
        (?:staff|contributing |senior )? ?(?:reporter|writer|correspondent|contributor)|updated|published|posted|close|about (?:the )?authors?|(?:related )?topics?|bio|profile
        print|share|email|advertisement|advertising|sponsored|comments?|follow|save|copy link|(?:story )?highlights?|key\s?words?|in bai|in trang|chia se
        """
    )
)
"""What stands in author fields and names no one: accounts, editorial offices, fillers."""

NOTE = re.compile(
    r"\((?:t/h|th|st|s/t|ct|tổng hợp|sưu tầm|ghi|thực hiện|lược ghi|lược dịch|dịch|biên soạn|biên dịch|ghi chép"
    r"|lược thuật|tổng thuật)\.?\)"
    r"|\s(?:tổng hợp|lược ghi|lược thuật|t/h|sưu tầm|ghi|thực hiện|biên soạn|lược dịch|biên dịch)\Z",
    re.IGNORECASE,
)
EDITED = re.compile(r"[\s.,;\-–|]{1,4}(?:biên tập(?: viên)?|btv|duyệt|trình bày)\s?:\s?[^:]{2,40}\Z", re.IGNORECASE)
"""Who edited a text, behind the names of those who wrote it."""

POSITION = re.compile(
    r"(?:nguyên )?"
    + any_of(
        r"""
        ủy viên|uỷ viên|phó|trưởng|bí thư|chủ tịch|chủ nhiệm|giám đốc|tổng|viện trưởng|hiệu trưởng|chánh
        thứ trưởng|bộ trưởng|đại biểu|đội trưởng|chỉ huy|chính ủy|chính uỷ|chính trị viên|tư lệnh|thư ký|cán bộ
        chuyên viên|cộng tác viên|nhân viên|giảng viên|giáo viên|hội viên|phóng viên|thành viên|ctv|pv|uv\w{0,6}
        pct|pbt|biên tập|staff|reporter|editor|writer|correspondent|ph\.?d|jr|sr|md|the
        """
    )
    + r"\b"
)
OFFICE = re.compile(
    any_of(
        """
        ban|phòng|sở|vụ|cục|văn phòng|hội|đoàn|tỉnh|thành|huyện|xã|phường|quận|thị|mặt trận|ubmttq|mttq|ubnd
        hđnd|ủy ban|uỷ ban|trường|viện|trung tâm|công an|bộ|đảng|khoa|học viện|chi|liên đoàn|công đoàn|tp|tổ
        công ty|tổng|bệnh viện|đồn|lữ|sư|trung|tiểu đoàn|nhà|thôn|tiểu ban|vp|bdv|btg|chqs|bch|đtn|lđlđ|ubkt|bđbp|ccb|đội
        """
    )
    + r"\b"
)

EMAIL = re.compile(r"[\w.+\-]{1,64}@[\w\-]{1,60}(?:\.[\w\-]{1,20}){1,4}")
FIELD_NOISE = re.compile(
    r"(?<=\w) (?:[Ss]taff [Ww]riter|[Ss]taff [Rr]eporter|[Ff]or (?:[Mm]ail[Oo]nline|[Tt]he [A-Z][\w ]{2,24}))\Z|https?://\S{1,400}|\(\s?\)|\[\s?\]|<\s?>"
)
FIELD_LABEL = re.compile(
    r"\A(?:(?:được )?(?:đăng|viết|posted|written|published) (?:bởi|by)|bởi|by"
    r"|pv|phóng viên|ctv|btv|nhà báo)\s?:?\s(?=\S)",
    re.IGNORECASE,
)
LENT = re.compile(
    r"(?:Theo|THEO):?\s(?P<who>[^/()]{2,60}?)\s?(?:(?:/|\s[-–]\s|,\s)\s?(?P<of>[^/]{2,60})|\((?P<by>[^()]{2,60})\))"
)
BRACKET = re.compile(r"(?P<names>[^()]{2,100}?)\s?\((?P<inside>[^()]{2,80})\)\.?")
SPLIT = re.compile(r"\s?(?<!GS),\s?|\s?[;&+|•]\s?|\s[-–—]\s?|\s?[–—]\s|-\s|\s(?:và|VÀ|and|cùng)\s|(?<=\w)\s?/\s?(?=\w)")
