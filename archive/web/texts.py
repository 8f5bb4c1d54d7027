"""What the pages say, in Vietnamese and English."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Literal

Language = Literal["vi", "en"]
VIETNAM = timezone(timedelta(hours=7))

TEXTS: dict[str, tuple[str, str]] = {
    "archive": ("Kho báo Dân vận", "Danvan Archive"),
    "tagline": (
        "Tin bài công tác dân vận, lưu nguyên và tìm được",
        "News of công tác dân vận, kept whole and findable",
    ),
    "skip": ("Tới nội dung", "Skip to content"),
    "search": ("Tìm", "Search"),
    "search_label": ("Tìm trong kho", "Search the archive"),
    "search_hint": (
        "Gõ không dấu: mọi cách viết; gõ có dấu: đúng như viết. Thêm được “cụm từ”, -loại, OR, tiêu đề:, tiền tố*",
        "Without diacritics: every spelling; with them: as written. Also “phrase”, -without, OR, tiêu đề:, prefix*",
    ),
    "home": ("Trang nhất", "Front page"),
    "coverage": ("Độ phủ", "Coverage"),
    "data": ("Dữ liệu & SQL", "Data & SQL"),
    "newest": ("Bài mới nhất", "Newest articles"),
    "all_newest": ("Xem tất cả theo ngày", "All, by date"),
    "by_month": ("Số bài theo tháng đăng", "Articles by month of publication"),
    "as_table": ("Xem dạng bảng", "As a table"),
    "month": ("Tháng", "Month"),
    "articles": ("bài", "articles"),
    "articles_head": ("Số bài", "Articles"),
    "sites": ("Các trang", "Sites"),
    "site": ("Trang", "Site"),
    "year": ("Năm", "Year"),
    "author": ("Tác giả", "Author"),
    "saved_queries": ("Truy vấn có sẵn", "Saved queries"),
    "results_for": ("Kết quả cho", "Results for"),
    "results": ("Kết quả", "Results"),
    "found": ("bài tìm thấy", "found"),
    "nothing": ("Không tìm thấy bài nào.", "Nothing was found."),
    "nothing_help": (
        "Thử bớt từ, bỏ dấu, hoặc bỏ bớt điều kiện lọc.",
        "Try fewer words, no diacritics, or fewer filters.",
    ),
    "fallback": ("Không có bài nào đúng như đã hỏi. Dưới đây là", "Nothing as asked. Shown instead:"),
    "folded": ("các bài có những chữ ấy, không kể dấu", "the same words in any spelling"),
    "exact": ("các bài đúng như viết", "articles as written"),
    "all_words": ("các bài có đủ các từ, không liền nhau", "articles with all the words, not in a row"),
    "all_words_folded": (
        "các bài có đủ các từ, không kể dấu và không liền nhau",
        "articles with all the words in any spelling, not in a row",
    ),
    "truncated": ("Câu hỏi quá dài: chỉ phần đầu được tìm.", "The query is long: only its beginning was searched."),
    "filters": ("Lọc", "Filter"),
    "remove": ("bỏ", "remove"),
    "sort": ("Xếp theo", "Sort by"),
    "relevance": ("liên quan", "relevance"),
    "newest_first": ("mới nhất", "newest"),
    "oldest_first": ("cũ nhất", "oldest"),
    "next": ("Trang sau", "Next page"),
    "first_page": ("Về trang đầu", "First page"),
    "more_filters": ("Thêm điều kiện", "More filters"),
    "body": ("Cơ quan", "Organisation"),
    "section": ("Chuyên mục", "Section"),
    "since": ("Đăng từ", "Published since"),
    "until": ("đến", "until"),
    "date_hint": ("2022, 2022-10 hoặc 2022-10-06", "2022, 2022-10 or 2022-10-06"),
    "gone": ("Trang gốc không còn", "Gone from the web"),
    "attachment": ("Có tệp đính kèm", "Has an attachment"),
    "apply": ("Áp dụng", "Apply"),
    "download": ("Tải về", "Download"),
    "feed": ("Theo dõi (Atom)", "Follow (Atom)"),
    "no_date": ("không rõ ngày", "no date"),
    "published": ("Đăng", "Published"),
    "modified": ("Sửa", "Modified"),
    "captured": ("Lưu", "Captured"),
    "first_captured": ("Lưu lần đầu", "First captured"),
    "source": ("Nguồn", "Source"),
    "original": ("Trang gốc", "The original page"),
    "may_be_gone": ("(bản gốc có thể không còn)", "(the original may be gone)"),
    "gone_since": ("Trang gốc không còn từ", "The original has been gone since"),
    "image": ("Ảnh", "Image"),
    "images": ("Ảnh trong bài", "Images of the article"),
    "image_original": ("ảnh gốc", "original image"),
    "credit": ("Ảnh", "Photo"),
    "attachments": ("Tệp đính kèm", "Attachments"),
    "in_attachment": ("Trong tệp đính kèm", "In the attachment"),
    "file_original": ("trên trang gốc", "on the original site"),
    "file_state": ("chưa lưu", "not kept"),
    "file_pending": ("đang chờ tải", "waiting to be fetched"),
    "file_offsite": ("nằm ở máy chủ khác", "lies on another host"),
    "file_gone": ("không còn trên mạng", "gone from the web"),
    "file_too_large": ("quá lớn", "too large"),
    "file_no_text": ("không tìm được trong tệp này", "its text is not searched"),
    "no_text_format": ("định dạng không đọc được chữ", "a format that is not read"),
    "no_text_no_text": ("bản quét, không có chữ", "a scan without text"),
    "no_text_encrypted": ("có mật khẩu", "encrypted"),
    "no_text_cut": ("chỉ đọc phần đầu", "only its beginning is read"),
    "no_text_damaged": ("tệp hỏng", "damaged"),
    "keywords": ("Từ khóa", "Keywords"),
    "cite": ("Trích dẫn", "Cite"),
    "cite_footnote": ("Chú thích cuối trang", "Footnote"),
    "keep": ("Bản lưu", "The kept copy"),
    "raw": ("Tải trang nguyên gốc", "Download the raw page"),
    "raw_note": (
        "Trang tải về là của người khác: mở ngoài kho này.",
        "The raw page is someone else's: open it elsewhere.",
    ),
    "digest": ("Mã băm", "Digest"),
    "same_text": ("Cùng văn bản ở địa chỉ khác", "The same text at other addresses"),
    "versions": ("Các phiên bản", "Versions"),
    "version": ("Bản", "Version"),
    "version_same": ("như nhau", "the same"),
    "see_diff": ("xem thay đổi", "see what changed"),
    "diff": ("Thay đổi", "Changes"),
    "diff_from": ("từ bản", "from version"),
    "diff_to": ("sang bản", "to version"),
    "no_change": ("Không có thay đổi nào.", "Nothing changed."),
    "back_to_article": ("Về bài viết", "Back to the article"),
    "added": ("thêm", "added"),
    "removed": ("bỏ", "removed"),
    "site_health": ("Tình trạng", "Health"),
    "first_article": ("Bài sớm nhất", "Earliest article"),
    "last_article": ("Bài muộn nhất", "Latest article"),
    "last_capture": ("Lưu gần nhất", "Last capture"),
    "ended": ("Trang đã ngừng từ", "The site ended"),
    "waiting": ("Đang chờ", "Waiting"),
    "ledger": ("Sổ cái địa chỉ", "Ledger of addresses"),
    "ledger_note": (
        "Mọi địa chỉ đã biết của trang kết thúc ra sao.",
        "How every known address of the site ended.",
    ),
    "outcome": ("Kết cục", "Outcome"),
    "reason": ("Lý do", "Reason"),
    "pages": ("Địa chỉ", "Addresses"),
    "fields": ("Độ đầy của các trường, theo lượt", "Filled fields, by run"),
    "run": ("Lượt", "Run"),
    "has_date": ("Có ngày", "With date"),
    "has_lead": ("Có sapô", "With lead"),
    "has_author": ("Có tác giả", "With author"),
    "mean_length": ("Ký tự mỗi bài", "Characters an article"),
    "coverage_note": (
        "Mỗi ô là số bài một trang đăng trong một tháng mà kho đang giữ; ô càng đậm càng nhiều bài.",
        "Each cell is the number of articles of a site and month that the archive holds; the darker, the more.",
    ),
    "coverage_latest": (
        "Biểu đồ vẽ 60 tháng gần nhất; bảng có đủ.",
        "The chart shows the latest 60 months; the table has all.",
    ),
    "fewer": ("ít", "fewer"),
    "more": ("nhiều", "more"),
    "none_yet": ("Kho chưa có bài nào.", "The archive holds no article yet."),
    "not_found": ("Không có trang này", "No such page"),
    "bad_request": ("Không hiểu yêu cầu", "The request cannot be understood"),
    "language": ("Ngôn ngữ", "Language"),
    "menu": ("Mục chính", "Main"),
    "read_only": ("Chỉ đọc. Mọi trang có bản JSON.", "Read-only. Every page has a JSON form."),
    "field_headline": ("Tiêu đề", "Headline"),
    "field_description": ("Sapô", "Lead"),
    "field_articleBody": ("Thân bài", "Body"),
    "field_authors": ("Tác giả", "Authors"),
    "field_sourceName": ("Nguồn", "Source"),
    "field_dateline": ("Nơi đưa tin", "Dateline"),
    "field_datePublished": ("Ngày đăng", "Published"),
    "field_images": ("Ảnh", "Images"),
    "field_attachments": ("Tệp đính kèm", "Attachments"),
}

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def text(key: str, language: Language) -> str:
    """The text in that language."""
    return TEXTS[key][language == "en"]


def day(value: str | None, language: Language) -> str:
    """An ISO date or moment as a day people write, in Vietnam's time; what is no date as it stands."""
    if not value:
        return ""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    when: date = moment.astimezone(VIETNAM).date() if moment.tzinfo else moment.date()
    if language == "en":
        return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"
    return f"{when.day}/{when.month}/{when.year}"


def moment(value: str | None, language: Language) -> str:
    """As `day`, with the time where there is one."""
    if not value or "T" not in value:
        return day(value, language)
    try:
        when = datetime.fromisoformat(value)
    except ValueError:
        return value
    if when.tzinfo:
        when = when.astimezone(VIETNAM)
    return f"{day(value, language)} {when:%H:%M}"


def number(value: int, language: Language) -> str:
    """12.345 in Vietnamese, 12,345 in English."""
    grouped = f"{value:,}"
    return grouped if language == "en" else grouped.replace(",", ".")
