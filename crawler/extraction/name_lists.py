"""Word lists of Vietnamese names, lower case: common knowledge of how the 54 peoples are called."""

from __future__ import annotations


def _listed(text: str, mark: str | None = None) -> frozenset[str]:
    return frozenset(" ".join(entry.split()) for entry in text.split(mark))


SURNAMES = _listed(
    """
    nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đào đoàn vương trịnh trương đinh lâm
    phùng mai tô hà cao chu châu tạ thái lương lưu tăng tống kiều quách la nghiêm thạch nông hứa hầu giàng vàng lò
    lường quàng cà vi lô lữ sùng thào mùa hạng cầm tòng bế triệu ma đàm đồng ninh khổng khúc doãn thân từ viên văn
    ông mạc tôn bạch cù cung diệp đường giang hàn kim liễu lục mã ngụy nhâm ôn phí quản sơn tiêu trà ung âu phương
    đậu đới thiều thi phó hán hồng hạ kha khương lại lã lầu và vừ ly thò chảo tẩn phàn lù lèng chẩu điểu đái danh
    giáp giản hoa khuất khưu mẫn mông nhữ ngọ nhan phù quan quang sầm sử thẩm thang thành thiệu tiết tiền tào tất
    trang trầm tưởng ứng vạn xuân y ksor siu rơ kpă nay rmah bàn chăng hờ lỳ mào lồ mua phừ pờ poòng cụt hủng
    moong niê êban mlô byă ayun rcom hmok kbuôr hwing kră quế xeo
    """
)
"""First words of full names. Some are also common words (văn, từ): a surname alone proves nothing."""

GIVEN = _listed(
    """
    ai an anh ánh ân ấn âu bá bạch bách bảo bào bằng băng bắc bế bích biên bình bính bội bửu cẩm cần cảnh cao cát
    chánh châu chi chí chiến chinh chính chuẩn chung chương chức công cúc cương cường dân danh dao diễm diệu diệp
    dinh doanh dung dũng duy duyên duyệt dư dương đài đại đàm đan đạo đào đạt đăng đằng điền điệp điệu đình định
    đoan đoàn độ đô đông đồng đức được gấm gia giang giao giáp hà hạ hải hàm hán hạnh hào hảo hằng hân hậu hiên
    hiến hiền hiển hiếu hiệp hiệu hoa hoà hòa hoài hoan hoàn hoàng hoạt hoằng học hồ hồng hợp huấn huân huệ hùng
    huy huyên huyền huynh hưng hứng hương hường hữu kha khang khải khánh khoa khoát khôi khuê khương kiên kiều
    kiệt kiểm kim kính kỳ kỷ lam lan lài lạc lâm lân lập lê lệ liêm liên liễu linh lĩnh loan long lộc lợi luân
    luận lục lụa luyến lực lương lượng lưu lý mai mạnh mẫn mận mây mến mi minh mùi mỹ my na nam nga ngà ngạn ngân
    nghi nghị nghĩa nghiêm ngoan ngọ ngọc nguyên nguyệt nhã nhài nhàn nhân nhất nhật nhi nhiên nhung như nhựt
    nhường ninh nở nương oanh phát phấn phi phong phú phúc phục phụng phương phước phượng quảng quang quân quế
    quốc quy quý quyên quyến quyền quyết quỳnh sa san sang sáng sắc sâm sen sinh song sơn sỹ sĩ sử sự tá tài tám
    tâm tân tấn tần thái thạch thám thanh thành thạnh thao thảo thạo thân thăng thắm thắng thập thế thi thì thị
    thiên thiện thiệp thìn thịnh thoa thoại thọ thông thống thơ thơm thời thu thuần thuận thục thùy thuỷ thuý thúy
    thủy thuyên thuyết thư thứ thương thường thực thức tiên tiến tiền tín tiệp tình tỉnh toàn toán toản tố tôn tộ
    trà trác trai trang tranh trầm trâm trân trí trị triết triệu trinh trình trọng trúc trung truyền trực trường
    trưởng tú tuân tuấn tuệ tùng tuy tuyên tuyến tuyền tuyết tư từ tường tưởng tứ tý ty uy uyên út vạn vân văn vi
    vĩ vị viên viễn việt vinh vĩnh võ vọng vũ vui vượng vương vy xuân xuyến xuyên ý yên yến
    """
)
"""Syllables of given names and pen names."""

NO_NAME = _listed(
    """
    ban bộ sở phòng hội nghị quyết chương phần mục điều khoản đảng nhà nước huyện xã phường quận thôn xóm bản ủy
    uỷ viện trường cục vụ tổng báo tạp tòa toà kho bạc cơ quan thông tư luật pháp ảnh tin bài hình bảng biểu phụ
    nơi nhận kính gửi chúc hết trân ngày tháng năm thứ khối liên cổng trang website nội số kỳ tập kết đề án dự quỹ giải
    theo nguồn các những và của là được không khi trong với để cho tại bác cụ ông bà chị em vì đã đang sẽ có này
    đó một hai ba bốn quá khứ vẫn hãy xin cùng về trên dưới
    """
)
"""Words that open or make the names of offices, places and headings rather than of people."""

NOT_PEOPLE = _listed(
    """
    chủ nhật, thứ hai, thứ ba, thứ tư, thứ năm, thứ sáu, thứ bảy, an giang, bà rịa, vũng tàu, bắc giang, bắc kạn, bạc liêu, bắc ninh, bến tre, bình định, bình dương, bình
    phước, bình thuận, cà mau, cao bằng, đà nẵng, đắk lắk, đắk nông, điện biên, đồng nai, đồng tháp, gia lai, hà
    giang, hà nam, hà nội, hà tĩnh, hải dương, hải phòng, hậu giang, hòa bình, hoà bình, hưng yên, khánh hòa,
    khánh hoà, kiên giang, kon tum, lai châu, lâm đồng, lạng sơn, lào cai, long an, nam định, nghệ an, ninh bình,
    ninh thuận, phú thọ, phú yên, quảng bình, quảng nam, quảng ngãi, quảng ninh, quảng trị, sóc trăng, sơn la, tây
    ninh, thái bình, thái nguyên, thanh hóa, thanh hoá, thừa thiên huế, tiền giang, trà vinh, tuyên quang, vĩnh
    long, vĩnh phúc, yên bái, cần thơ, hồ chí minh, việt nam, trung quốc, liên xô, hoàng sa, trường sa, đông nam
    á, quốc hội, chính phủ, trung ương, bác hồ, đông dương, tây nguyên, trường sơn, hà tây, sài gòn, vinh, huế,
    phú quốc, côn đảo, điện biên phủ, việt bắc, chương trình, công văn, công điện, quyết định, văn hóa, văn hoá,
    văn bản, văn phòng, văn nghệ, văn học, lý luận, hồ sơ, lưu ý, mục lục, thi đua, tin tức, hạ tầng, đồng chí,
    kính thưa, trân trọng, hà nội mới, tân trào, ba đình, pác bó, kim liên, hiến pháp, kinh tế, đảng ủy, dân vận,
    tuyên giáo, nhân dân, hạnh phúc, tự do, độc lập, chủ tịch, thủ tướng, quân đội, thông báo, bí thư, phó bí thư,
    trưởng ban, phó ban, giám đốc, phó giám đốc, hiệu trưởng, tổng biên tập, phó chủ tịch, thủ trưởng, viện
    trưởng, chánh văn phòng, bí thư đảng ủy, chủ nhiệm, đội trưởng, tổng bí thư, quang cảnh, mùa xuân, hoa sen,
    hòa giải, hoà giải, nông dân, công lý, lý tưởng, tương lai, hết, còn nữa, ban tổ chức, nơi nhận,
    thời sự, thể thao, kinh doanh, khoa học, phóng sự, chính trị, dân sinh, nông nghiệp, an ninh, tiêu điểm, bình luận,
    tài chính, giao thông, đô thị, tôn giáo, thị trường, gia đình, tâm sự, nhân vật, đời sống, pháp luật, xã hội, thế giới
    """,
    ",",
)
"""Places and headings all of whose words could be a name's."""

OFFICES = _listed(
    """
    công đoàn, công an, công nhân, công ty, liên hiệp, liên đoàn, hội đồng, hội viên, thành phố, thành đoàn, đoàn
    thể
    """,
    ",",
)
"""How the names of bodies begin whose first word alone could be a name's."""
