"""The words Vietnamese portals use for what is not the article: headings of lists, buttons, counters, notices.

Compared in folded form (no diacritics, lower case), so one spelling serves all. Class and id names stand in marks.py.
"""

from __future__ import annotations

import re

from archive.text import fold

_LISTED = r"(?:tin|bai|cau hoi|thong bao|lich cong tac|bai viet|tin tuc|tin bai|noi dung|chu de|thong tin|video|su kien|van ban|muc|bai bao|tin anh|anh|chuyen de|chuyen muc)"
_WHICH = (
    r"(?:lien quan|khac|moi|moi nhat|moi hon|cu hon|cung chuyen muc|cung chu de|cung loai|cung danh muc|cung muc|da dua|da dang|doc nhieu|xem nhieu|"
    r"noi bat|nong|nen doc|hot|truoc|sau|cu|duoc quan tam|cung su kien|goi y|trong muc|cung tac gia|tiep theo|truoc do|cung the loai|moi dua|"
    r"moi dang|moi cap nhat|nhieu nguoi doc|dang chu y|duoc doc nhieu|trong ngay|cung chuyen trang|da xem|ke tiep|doc nhieu nhat|da dang truoc)"
)
JUNK_HEADING = re.compile(
    rf"^(?:[»>*•+\-–:|=\[]+ ?)?(?:(?:cac|nhung|mot so|doc|xem|danh sach|tong hop) )*{_LISTED}(?:,? (?:viet|bai|tuc|anh|video|tin))* {_WHICH}"
    r"(?: (?:nhat|hon|khac|nay|trong tuan|trong ngay|cua chuyen muc|cua tac gia|cua chung toi))* ?[:.»>\]]*$|"
    r"^(?:[»>*•+\-–:|=\[]+ ?)?(?:doc them|xem them|xem tiep|doc tiep|co the ban (?:quan tam|thich)|ban co the (?:quan tam|thich|xem)|ban doc quan tam|"
    r"doc nhieu|xem nhieu|doc nhieu nhat|xem nhieu nhat|cung chuyen muc|cung chu de|co lien quan|lien quan|tin moi|noi bat|dung bo lo|"
    r"co the ban chua biet|dang duoc quan tam|quan tam|nen xem|goi y cho ban|danh cho ban|de xuat|khac|y kien ban doc|y kien cua ban|"
    r"binh luan|phan hoi|gui binh luan|de lai mot binh luan|de lai binh luan|gui y kien|gui phan hoi|viet binh luan|"
    r"thao luan|y kien|tra loi|huy|danh gia|chuyen muc|danh muc|tags?|tu khoa|the|theo dong su kien|dong su kien|quang cao|thong ke truy cap|thong ke|"
    r"lien ket website|lien ket|xem nhieu trong tuan|danh gia bai viet|tim theo ngay|thu vien anh|thu vien video|thoi tiet|"
    r"related(?: (?:articles?|posts?|news|stories|topics|content|links))?|read more|more news|more stories|most (?:read|popular|viewed)|"
    r"you may also like|recommended(?: for you)?|latest(?: news)?|trending|top stories|comments?|leave a (?:reply|comment)|share this(?: story| article)?|"
    r"newer news items|older news items|other news|advertisement|see also|popular posts|don'?t miss|editor'?s picks?)"
    r"(?: (?:\(\d+\)|cua ban|khac|bai viet|nay))? ?[:.»>\]]*$"
)
"""A line that heads a list of other pages, a comment box or the like."""

RELATED_HEADING = re.compile(
    rf"^[»>*•+\-–:|=\[ ]*(?:(?:cac|nhung|mot so) )*{_LISTED} (?:lien quan|khac|da dua|da dang|cu hon|moi hon|tiep theo|truoc do|cung \w+(?: \w+)?)"
    r"(?: khac)? ?[:.»>\]]*$"
)
"""A line that heads a list of articles near this one, by topic or by date: no list of what is most read."""

COMMENT_HEADING = re.compile(
    r"(?:\d+ )?(?:binh luan|y kien(?: (?:ban doc|doc gia|cua ban))?|phan hoi|comments?|(?:gui|viet|de lai) (?:binh luan|y kien|phan hoi))"
    r"(?: cua ban| ban doc| bai viet)?(?: ?\(?\d+\)?)? ?:?"
)
"""A line that heads readers' comments."""

_ACTIONS = (
    r"chia se|share|tweet|zalo|facebook|twitter|in trang|in|in bai|in bai viet|in an|in tin|ban in|print|gui cho ban be|gui ban be|gui mail|gui email|"
    r"gui|email|tro ve|quay lai|tro lai|ve trang chu|ve dau trang|len dau trang|dau trang|tro lai dau trang|trang truoc|trang chu|dang nhap|dang ky|"
    r"nghe doc bai|nghe bai viet|doc bai viet|doc tin|nghe|luu bai|luu|luu bai viet|theo doi|bao cao|like|thich|binh luan|sao chep lien ket|copy link(?: thanh cong)?|copy|lay link|link bai goc|"
    r"a\+|a-|aa|a|co chu|(?:xem|doc) voi co chu|phong to|thu nho|tang co chu|giam co chu|mac dinh|null|x|;|\.|x null|dong|dong cua so|mo rong|xem anh|xem anh lon|"
    r"tai ve|tai file|download|click de xem|linkedin|pinterest|telegram|viber|messenger|whatsapp|google news|goc anh|pdf|word|doc bai|"
    r"chuc nang|tien ich|cong cu|tuong phan|che do doc|che do ban dem|giao dien|hotline|rss|slideshow|toan man hinh|video|audio|podcast"
)
JUNK_LINE = re.compile(
    r"^(?:luot xem|so luot xem|luot doc|da xem|so lan xem|so lan doc|so luot doc|luot truy cap|so luot truy cap|so nguoi xem|dang truy cap|truy cap|"
    r"luot nguoi xem|tong truy cap|dang online|so nguoi truy cap|views?)\b.{0,40}$|"
    r"^[(\[]?\d[\d.,]* (?:luot xem|luot doc|lan xem|views?|luot truy cap|nguoi xem)[)\]]?$|"
    rf"^[\[(|<«»>*+\-– ]*(?:{_ACTIONS})(?:(?: ?[|/,:•·&+\-–] ?| )(?:{_ACTIONS}|bai viet|bai|nay|len facebook|tin nay|trang|co chu))* ?[\])|»>:+.\-]*$|"
    r"^(?:chia se|share)(?: bai(?: viet)?| tin| len| qua| this| on)\b.{0,40}$|"
    r"^(?:hay |moi (?:ban|ban doc|quy vi|quy doc gia|doc gia|quy ban doc) |bam |nhan |click )?theo doi .{0,80} (?:tren|tai|qua) .{0,12}(?:google|zalo|facebook|youtube|telegram|tiktok|twitter|kenh).{0,60}$|"
    r"^(?:follow|like|join|find) .{0,60}(?:google news|on facebook|on twitter|on telegram|newsletter).{0,30}$|"
    r"^(?:danh gia|xep hang|binh chon|trung binh|rating|tong so diem|click de danh gia|\(?di chuot vao ngoi sao|gia tri trung binh|(?:nhap|nhan|bam|click|kich|chon)(?: vao)?(?: ngoi| so)? sao|"
    r"vui long danh gia|hay danh gia|ban danh gia|diem danh gia|chon so sao|danh gia cua ban|xep hang cua ban|bai viet (?:rat )?huu ich)\b.{0,90}$|"
    r"^[(\[]?(?:tong )?\d+ (?:binh chon|danh gia|votes?|phieu|nguoi danh gia)\b.{0,30}$|^\d(?:[.,]\d)? ?/ ?5\b.{0,40}$|^[0-5](?:[.,]\d)?$|"
    r"^(?:giay phep(?: so)?|gp so|ban quyen|copyright|©|\(c\)|all rights reserved|ghi ro nguon|khi phat hanh lai|de nghi ghi ro|"
    r"chi duoc phat hanh lai|nghiem cam sao chep)\b.{0,300}$|^©.{0,300}$|"
    r"^(?:co quan chu quan|chiu trach nhiem (?:chinh|noi dung|xuat ban)|truong ban bien tap|tong bien tap|thuong truc ban bien tap)\b ?[:].{0,250}$|"
    r"^(?:chua co (?:binh luan|y kien)|hay la nguoi dau tien|ban can dang nhap|ban phai dang nhap|email cua ban se khong|nhap noi dung binh luan|ma xac nhan|ma bao mat|"
    r"nhap ma|y kien cua ban|gui y kien|gui phan hoi|vui long (?:go|nhap|viet) (?:tieng viet|ma)|vui long (?:dang nhap|bat javascript)|xem thao luan)\b.{0,160}$|"
    r"^(?:(?:the )?tags?|tu khoa|the|key ?words?|chu de|tags bai viet|nhan|hashtag)(?: bai viet| tim kiem)? ?:.{0,400}$|^(?:clip|video|xem video|xem clip)(?: clip)? ?:.{0,200}$|"
    r"^[>»=\[*+•– -]*(?:xem them|doc them|xem tiep|doc tiep|moi xem|moi (?:ban doc|cac ban|quy vi|doc gia) (?:xem|doc|theo doi|vao)|tin lien quan|bai lien quan|xem chi tiet|tin bai lien quan|xem tin|"
    r"co the ban quan tam|read more|see also|related|read also|more ?: ?)\b ?[:>»-].{0,240}$|"
    r"^[*(]* ?moi (?:ban doc|cac ban|quy vi|doc gia|quy doc gia|quy ban doc)(?: va cac ban)? (?:xem|doc|theo doi|vao|truy cap|tham gia|gui|click|bam|nhan)\b.{0,250}$|"
    r"^(?:>>+|»+|=+>|->|▶|►|☞|\[xem)\s?.{0,240}$|^quy doc gia .{0,40}(?:gui|lien he).{0,200}$|"
    r"^(?:tim theo ngay|thoi tiet|ty gia|gia vang|ket qua xo so|lich cong tac|xem theo ngay|chon ngay)\b.{0,60}$|"
    r"^[-– ]*(?:quang cao|advertisement|sponsored|ads|noi dung tai tro)[-– ]*$|"
    r"^(?:trang|cong) (?:thong tin|ttdt|tin)\b.{0,100}\bchiu trach nhiem\b.{0,200}$|"
    r"^(?:nguoi (?:hoi|gui)|ho (?:va )?ten nguoi (?:hoi|gui)) ?:.{0,90}$|"
    r"^(?:thanh tien|gia|thong tin toa soan|toa soan|duong day nong|lien he quang cao|bao gia quang cao)\b ?:.{0,200}$|"
    r"^ban (?:dang|co the) (?:doc|xem|nghe) (?:bai|noi dung).{0,80}$|^(?:your browser|trinh duyet(?: cua ban)?) (?:does not|khong ho tro).{0,120}$|"
    r"^(?:cac )?(?:tep|file|tai lieu|van ban|tap tin)(?: tin)? (?:dinh kem|kem theo)[ :.]*$|"
    r"^(?:sign up|subscribe) .{0,80}newsletter.{0,40}$|^(?:ma qr|quet ma|xem phien ban|in ra|dang tai du lieu|dang tai|loading|vui long doi)\b.{0,60}$|"
    r"^(?:ban doc|doc gia)? ?\(?(?:\d+ )?(?:giay|phut|gio|ngay|tuan|thang|nam) truoc\)?$|"
    r"^(?:nghe (?:doc )?bai|nghe bai viet|audio)(?: viet| nay)? ?[\d:/ ]{3,}.{0,40}$|^ban (?:thay|danh gia|nghi gi ve|cam thay) (?:gi ve )?(?:bai viet|bai bao|noi dung) .{0,40}\?$|"
    r"^\d+ (?:phut doc|phut nghe|min(?:ute)?s? read)$|^thoi gian doc ?:.{0,20}$|^[\W_]*$"
)
"""A line that is a button, a counter, a notice or a stray mark."""

DATE_LINE = re.compile(
    r"^(?:(?:ngay|cap nhat|dang|thoi gian|xuat ban|ngay dang|dang luc|dang ngay|ngay cap nhat|thoi gian dang|cap nhat luc|ngay tao|posted|published|updated|on|"
    r"thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat|cn|t[2-7]|(?:sun|mon|tues|wednes|thurs|fri|satur)day|luc|hom nay|tin dang)[\s,:.\-(|]*)*[(\[]?"
    r"(?:\d{1,2}[:hg]\d{2}|\d{1,2} ?[/.\-] ?\d{1,2} ?[/.\-] ?\d{2,4}|\d{1,2} thang \d|\d{4}-\d\d-\d\d)"
)
"""A line that begins as dates do; whether it is one, dates.py says."""

_VIEW_COUNT = re.compile(
    r"(?:luot xem|so luot xem|luot doc|so luot doc|da xem|so lan xem|so lan doc|lan doc|lan xem|so nguoi xem|so nguoi doc|luot nguoi xem|nguoi xem|(?<![.\w])(?:xem|doc|views?|hits?))"
    r"\s*(?:bai viet|tin|bai)?\s*[:(\-–]\s*(\d[\d.,]*)(?! ?[kmg]b)|"
    r"(\d[\d.,]*)\s*(?:luot xem|luot doc|lan xem|lan doc|luot nguoi xem|nguoi xem|nguoi doc|views?\b|hits\b|luot\s*$)|(?:luot xem|da xem|luot doc|views?)\s+(\d[\d.,]*)|"
    "\U0001f441\ufe0f?"
    r"\s*(\d[\d.,]*)|"
    r"(?:^|\s)\d{1,2}[/.\-]\d{1,2}[/.\-]\d{4}(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?\s*\|\s*(\d{1,7})$"
)
_VIEW_WORD = re.compile("xem|doc|view|hit|luot|[|\U0001f441]")
_DIGIT = re.compile("[0-9]")


def view_count_in(folded: str) -> re.Match[str] | None:
    """Where a folded line says how often something was read; the number is the one group that matched."""
    return _VIEW_COUNT.search(folded) if _DIGIT.search(folded) and _VIEW_WORD.search(folded) else None


GENERIC_TITLE = re.compile(
    r"^[:|*\s]*(?:ung dung xuat ban noi dung|(?:trinh )?hien thi noi dung(?: web)?|asset publisher|web content display|trang chu|home(?:page)?|index|tin tuc(?: ?[-&–,]? ?(?:va )?su kien)?|tin (?:hoat dong|noi bat|moi|chung|tong hop|trong tinh|trong nuoc|quoc te|anh|video|bai|dia phuong)|"
    r"(?:chi tiet|thong tin|noi dung|xem|thuoc tinh|he thong) van ban|van ban (?:phap luat|phap quy|quy pham phap luat|chi dao(?:,? dieu hanh)?)|chi tiet(?: tin(?: tuc)?| bai viet| tin bai| noi dung| ban tin| san pham)?|noi dung(?: chi tiet| bai viet| tin)?|xem (?:tin|chi tiet|bai viet|tin tuc)|doc tin|tin|"
    r"(?:cong|trang) (?:thong tin|ttdt|tin|dien tu).*|website .*|bai viet|news(?: detail)?s?|article(?: detail)?|detail|view|content|dang nhap|ban in|in bai(?: viet)?|"
    r"in (?:trang|tin)|print|default|untitled.*|su kien|thong bao|gioi thieu|hoat dong|van ban|newsdetail|hien thi tin|thong tin(?: chung| tuyen truyen)?|xa hoi|chinh tri|kinh te|"
    r"thoi su|van hoa|giao duc|phap luat|the gioi|quoc te|bao dien tu.*|trang tin .*|welcome.*|chao mung .*)[:|*.\s]*$"
)
"""A name of a page or a portlet, not of an article."""

_BODIES = (
    "ubnd|ủy ban|uỷ ban|sở|ban|bộ|cục|chi cục|tổng cục|vụ|tỉnh ủy|tỉnh uỷ|huyện ủy|huyện uỷ|thành ủy|thành uỷ|thị ủy|quận ủy|đảng ủy|đảng uỷ|"
    "đảng bộ|đảng cộng sản|hội|mặt trận|mttq|trường|phòng|viện|học viện|liên đoàn|tỉnh đoàn|đoàn|công an|báo|tạp chí|đài|trung tâm|thành phố|"
    "huyện|xã|phường|tỉnh|công ty|tổng công ty|ngân hàng|bộ đội|quân khu|hđnd|hội đồng nhân dân|tòa án|viện kiểm sát|kho bạc|bảo hiểm|kênh|chuyên trang"
)
_VERBS = (
    "tổ chức|tổng kết|sơ kết|làm|triển khai|giúp|thăm|trao|tặng|khai mạc|bế mạc|ra mắt|họp|kiểm tra|giám sát|ký kết|phát động|tuyên dương|đẩy mạnh|"
    "thực hiện|hỗ trợ|xây dựng|khánh thành|tập huấn|chung tay|vận động|gặp mặt|đón|chúc|tiếp|với|về|phát huy|nâng cao|tăng cường|đổi mới|hướng|thi đua|"
    "công khai|công bố|niêm yết|thông qua|tiếp nhận|khen|dâng|viếng|trả lời|giải quyết|chỉ đạo|yêu cầu|thành lập|điều động|bầu|mừng|học|nuôi|trồng|gỡ|chia|đã|đang|sẽ|được|bị|không|chưa|vì|để|khi|từ|nhờ|bàn giao|khởi công|quán triệt|học tập|đối thoại|lấy ý kiến|biểu dương|tọa đàm|kết nạp|chủ trì|chủ động|hiến|góp|đưa|giữ|dạy|mở|nhận|bảo vệ|tham gia"
)


_NO_BODIES = (
    "xã viên|xã hội|xã luận|hội viên|hội trại|hội thi|hội nghị|hội thảo|hội làng|hội thao|hội diễn|hội chợ|hội đua|đoàn viên|đoàn công tác|đoàn kết|"
    "đoàn đại biểu|trường hợp|trường kỳ|ban hành|ban đêm|ban ngày|ban đầu|sở hữu|báo cáo|báo động|báo công|báo hiếu|phòng chống|phòng cháy|phòng dịch|"
    "phòng bệnh|phòng ngừa|bộ đội giúp|kênh mương|vụ mùa|vụ đông|vụ án|vụ việc|vụ cháy|viện phí|cục diện|cục máu|bộ mặt|bộ sách|bộ ảnh|bộ phim|bộ tiêu chí"
)


def _organisation(bodies: str, verbs: str, others: str) -> re.Pattern[str]:
    return re.compile(rf"(?!.*\b(?:{verbs})\b)[:|*\s]*(?!(?:{others})\b)(?:{bodies})\b[^,:;?!\d]{{2,70}}$")


_ORGANISATION = _organisation(_BODIES, _VERBS, _NO_BODIES)
_ORGANISATION_BARE = _organisation(fold(_BODIES), fold(_VERBS), fold(_NO_BODIES))


def is_organisation(text: str) -> bool:
    """Whether a line may be no more than a body's name. With diacritics: without them "bản trẻ" is a board (ban)."""
    return bool((_ORGANISATION_BARE if text.isascii() else _ORGANISATION).match(text.lower().strip(" :|*-–.")))


ATTACHMENT = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|rar|zip|7z|odt|ods|rtf)(?:$|[?#&])|linkclick\.aspx\?(?:.*&)?fileticket=", re.IGNORECASE
)
"""An address that leads to a document."""

WRITERS_PAGE = re.compile(r"/(?:tac-?gia|but-danh|nha-bao|phong-vien|authors?|profiles?)[/\-]", re.IGNORECASE)
"""An address that leads to a writer's own page."""

NOT_FOUND = re.compile(
    r"khong tim thay (?:trang|noi dung|bai viet|du lieu|tin|ket qua|duong dan|thong tin)|"
    r"(?:trang|duong dan|lien ket|dia chi)(?: web| nay| ban| quy vi| ma)*(?: vua)?(?: yeu cau| tim kiem| truy cap| dang tim| tim| muon xem| muon truy cap| can tim)*(?: hien| da)? "
    r"(?:khong (?:ton tai|dung|con|duoc tim thay|tim thay|hop le)|bi xoa|bi go)|"
    r"(?:bai viet|tin|noi dung|tin tuc|ban tin|bai)(?: nay| ban| yeu cau| ma| can| dang| muon| tim| kiem| xem| quy| vi| doc| truy| cap)*(?: hien| da)? (?:khong (?:ton tai|con|tim thay|duoc tim thay|co san)|bi xoa|duoc go|bi go|khong con|het han)|"
    r"page (?:was |is |could |can ?not |be |not )*not found|\berror 404\b|\b404\b.{0,30}(?:not found|khong|loi)|loi 404|khong con ton tai|"
    r"the resource (?:cannot be|you are)|server error in .{0,40}application|runtime error|application error occurred|http error \d{3}|internal server error|bad gateway|khong co (?:bai viet|tin|du lieu) nao|no results? found|does not exist"
)
CHALLENGE = re.compile(
    r"just a moment|checking your browser|checking if the site|attention required|cf-challenge|cf_chl|verify(?:ing)? (?:that )?you are (?:a )?(?:not a )?(?:human|robot)|"
    r"xac (?:minh|nhan|thuc) (?:rang )?(?:ban|quy khach|quy vi) (?:la|khong phai)|khong phai (?:la )?(?:nguoi may|robot|may tinh|bot)|ddos|"
    r"request unsuccessful|access denied|nhap (?:ma|day du ma|chinh xac ma)? ?(?:captcha|xac nhan|bao ve|bao mat|hien thi|trong hinh)|"
    r"truy cap (?:cua ban )?(?:bat thuong|bi chan|bi tu choi|da bi chan)|tu choi truy cap|unusual traffic|are you a robot|captcha|"
    r"enable javascript and cookies to continue|kiem tra (?:trinh duyet|bao mat)|dang kiem tra ket noi|incident id|403 ?-? ?forbidden|forbidden: access|web application firewall|the requested url was rejected|bot detection"
)
EMPTY = re.compile(
    r"(?:du lieu|noi dung|trang|thong tin|he thong|website|cong thong tin|bai viet|chuc nang|chuyen muc|may chu)[\w ]{0,40} (?:dang|se|tam)(?: thoi)? (?:duoc )?"
    r"(?:cap nhat|bao tri|nang cap|xay dung|bao duong|ngung|ngan|tam dung|gian doan)|"
    r"dang (?:bao tri|nang cap|trong qua trinh|duoc cap nhat|cap nhat(?: du lieu| noi dung)?\b)|under (?:maintenance|construction)|coming soon|"
    r"chua co (?:du lieu|noi dung|bai viet|tin)|no (?:data|content) (?:to display|available)|service unavailable|tam ngung phuc vu"
)
LOGIN = re.compile(r"^(?:dang nhap|login|log in|sign in|dang nhap he thong)\b")
SHELL = re.compile(
    r"(?:enable|bat|kich hoat|requires?|ho tro|turn on) .{0,30}javascript|javascript .{0,40}(?:disabled|required|bi tat|chua)|^dang tai|^loading"
)
