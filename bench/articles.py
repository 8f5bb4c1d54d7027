"""Composed articles in number: about 3.5 KB of Vietnamese each, with the words of one archive's subject.

Words come from this project's composed bulletins, in their frequency, and from a long tail of compounds of possible
syllables, drawn by Zipf's law. The subject's own phrases stand in a fixed share of the articles (PHRASES), the first
one in nearly all, as in an archive of one subject. Nothing is random but by the article's number.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from hashlib import sha256
from itertools import accumulate, pairwise

from archive.records import Article, Author, content_hash
from archive.text import nfc
from crawler.sample.bulletins import bulletins

BODY_BYTES = 3400  # about, headline and lead included
SITES = 16
MARKED = 2  # of five articles have more in their HTML than paragraphs, as of the fixtures' pages
TAIL = 40_000  # compounds of the long tail
YEARS = range(2004, 2026)

PHRASES: tuple[tuple[str, float], ...] = (
    ("dân vận", 0.93), ("công tác dân vận", 0.6), ("Mặt trận Tổ quốc", 0.45), ("nông thôn mới", 0.35),
    ("dân vận khéo", 0.3), ("cán bộ, đảng viên", 0.3), ("Ủy ban nhân dân", 0.25), ("dân chủ ở cơ sở", 0.2),
    ("đồng bào dân tộc", 0.15), ("giải phóng mặt bằng", 0.1), ("hòa giải ở cơ sở", 0.08), ("đại đoàn kết", 0.08),
    ("hiến đất làm đường", 0.05), ("tiếp xúc cử tri", 0.04), ("chức sắc tôn giáo", 0.03), ("cải cách hành chính", 0.03),
    ("già làng, trưởng bản", 0.02), ("nhà tình nghĩa", 0.015), ("khu tái định cư", 0.01), ("bến đò ngang", 0.005),
    ("chợ phiên vùng cao", 0.003), ("đường dây nóng", 0.002), ("trạm bơm dã chiến", 0.001),
    ("cầu treo dân sinh", 0.0005),
)  # fmt: skip
"""Phrases and the share of the articles that hold each."""

SECTIONS = ("Tin tức", "Dân vận khéo", "Nghiên cứu", "Dân tộc", "Tôn giáo", "Gương điển hình", "Văn bản", "Địa phương")
_ONSETS = "b|c|ch|d|đ|g|gi|h|kh|l|m|n|ng|nh|ph|qu|r|s|t|th|tr|v|x".split("|")  # noqa: SIM905
_RIMES = (  # noqa: SIM905
    "a|ai|an|ang|anh|ao|ac|at|âm|ân|âng|ât|âu|ăn|ăng|ăt|e|en|eo|ê|ên|êu|i|in|inh|it|iên|iêm|iêu|o|oa|oan|oi|on|ong|"
    "ô|ôi|ôn|ông|ôc|ơ|ơi|ơn|u|ui|un|ung|uôn|uông|ư|ưa|ưng|ươi|ươn|ương|y"
).split("|")
_TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
_SPELT = re.compile(r"[^\W\d_]+")


@cache
def _lexicon() -> tuple[list[str], list[float]]:
    """Words and their cumulative weights: what the bulletins say, then the tail."""
    counts: dict[str, int] = {}
    for article in bulletins(200):
        for text in (article.title, article.lead or "", *article.blocks):
            words = _SPELT.findall(text.lower())
            for chunk in (*words, *(f"{one} {two}" for one, two in pairwise(words))):
                counts[chunk] = counts.get(chunk, 0) + 1
    head = sorted(counts, key=lambda word: (-counts[word], word))
    rng = random.Random(5)  # noqa: S311 - the same words every run
    syllables = sorted({_syllable(onset, rime, tone) for onset in _ONSETS for rime in _RIMES for tone in _TONES})
    tail = (f"{rng.choice(syllables)} {rng.choice(syllables)}" for _ in range(TAIL))
    words = [*head, *tail]
    return words, list(accumulate(1 / (rank + 10) for rank in range(len(words))))


def _syllable(onset: str, rime: str, tone: str) -> str:
    marked = [place for place, letter in enumerate(rime) if letter in "ăâêôơư"]
    vowel = marked[-1] if marked else next(place for place, letter in enumerate(rime) if letter in "aeiouy")
    return nfc(f"{onset}{rime[: vowel + 1]}{tone}{rime[vowel + 1 :]}")


def name(number: int) -> str:
    """A person's name, one of 3,000."""
    family = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Lò", "Hồ")
    middle = ("Văn", "Thị", "Minh", "Thu", "Quốc", "Xuân", "Đức", "Ngọc", "Thanh", "Hữu")
    given = (  # noqa: SIM905
        "Hà|An|Bình|Lan|Hoa|Mai|Sơn|Hùng|Dũng|Nga|Hạnh|Tuấn|Long|Phúc|Lộc|Thọ|Yến|Oanh|Loan|Khôi|Sen|Cúc|Đào|Liên|Tâm|"
        "Thảo|Vân|Hiền|Kiên|Cường"
    ).split("|")
    return f"{family[number % 10]} {middle[number // 10 % 10]} {given[number // 100 % 30]}"


def document(number: int) -> str:
    """A document's number; the article of that number, and no other, holds it."""
    return f"{number}-NQ/ĐU"


def compose(numbers: range) -> Iterator[tuple[int, Article]]:
    """(site's number from 0, article) of each of those numbers."""
    words, weights = _lexicon()
    for number in numbers:
        rng = random.Random(number)  # noqa: S311 - the same article every run
        text = _sentences(rng, words, weights, number)
        headline, lead = text[0].rstrip("."), text[1]
        paragraphs = [" ".join(text[n : n + 3]) for n in range(2, len(text), 3)]
        digest = sha256(str(number).encode()).hexdigest()[:12]
        url = f"https://trang{number % SITES}.example/tin/{digest}-post{number}.html"
        day = f"{rng.choice(YEARS)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
        author = name(min(int(rng.paretovariate(0.4)) - 1, 2999))
        article = Article(
            url=url,
            headline=headline,
            description=lead,
            article_body="\n\n".join(paragraphs),
            article_body_html="\n".join(
                f"<p><strong>{paragraph}</strong></p>" if n == 1 and number % 5 < MARKED else f"<p>{paragraph}</p>"
                for n, paragraph in enumerate(paragraphs)
            ),
            authors=(Author(name=author, name_raw=author),),
            date_published=f"{day}T{rng.randint(6, 20):02}:15:00+07:00" if number % 50 else None,
            article_section=rng.choice(SECTIONS),
            keywords=tuple(rng.choices(words, cum_weights=weights, k=3)),
            captured_at=f"2026-01-02T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}+00:00",
            extractor_version="1",
            site=f"trang{number % SITES}",
        )
        yield number % SITES, _hashed(article)


def _sentences(rng: random.Random, words: list[str], weights: list[float], number: int) -> list[str]:
    """Sentences of some 20 syllables, until they make up an article; some hold a phrase of the subject."""
    phrases = [phrase for phrase, share in PHRASES if rng.random() < share]
    phrases += [phrase for phrase in phrases if rng.random() < 0.5]
    phrases += [f"Nghị quyết số {document(number)}"] if number % 20 == 0 else []
    sentences, size = [], 0
    drawn = iter(rng.choices(words, cum_weights=weights, k=900))
    rng.shuffle(phrases)
    while size < BODY_BYTES or phrases:
        parts = [next(drawn) for _ in range(rng.randint(8, 18))]
        if phrases and (not sentences or rng.random() < 0.5):
            parts.insert(rng.randint(0, len(parts)), phrases.pop())
        sentence = " ".join(parts)
        sentences.append(f"{sentence[0].upper()}{sentence[1:]}.")
        size += len(sentence.encode())
    return sentences


def _hashed(article: Article) -> Article:
    return replace(article, content_hash=content_hash(article))


def text_bytes(article: Article) -> int:
    """UTF-8 bytes of what a reader reads: headline, lead and body."""
    return sum(len(text.encode()) for text in (article.headline, article.description or "", article.article_body))
