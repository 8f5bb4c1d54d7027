"""The topic: which articles are kept of a site that writes of many things. A TOML file users can replace.

crawler/topics/dan_van.toml is the one that comes with us and explains every key. `judge_link` decides
before a page is fetched where an address and its words can; `judge_article` decides on the record.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from archive.errors import ProfileError
from archive.text import fold, has_diacritics, tone_normalise

if TYPE_CHECKING:
    from archive.records import Article

DEFAULT = Path(__file__).parent / "topics" / "dan_van.toml"
FIELDS = ("headline", "description", "section", "keywords", "body")
MENTIONS = 6  # a word said more often in the body weighs no more
_WORDS = 5  # a link's text of fewer words is no headline to judge by
_KEYS = {"name", "title", "threshold", "off_sections", "fields", "groups"}
_GROUP_KEYS = {"topic", "weight", "phrases", "never_before"}


class Verdict(StrEnum):
    """What a link's words say of the page behind it."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Phrases of one weight. `topic` is the label an article that holds one gets, if any."""

    weight: float
    phrases: tuple[str, ...]
    topic: str | None = None
    never_before: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic file, checked. `fields` maps each of FIELDS to its weight."""

    name: str
    title: str
    threshold: float
    fields: Mapping[str, float]
    groups: tuple[Group, ...]
    off_sections: frozenset[str] = frozenset()
    _exact: _Finder = field(init=False, repr=False, compare=False)
    _folded: _Finder = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_exact", _Finder.of(self.groups, _exact_form))
        object.__setattr__(self, "_folded", _Finder.of(self.groups, _folded_form))

    def find(self, text: str) -> Iterator[Group]:
        """The group of every phrase in the text, in order; without diacritics if the text has none."""
        if not text:
            return iter(())
        if has_diacritics(text):
            return self._exact.find(_exact_form(text))
        return self._folded.find(_folded_form(text))


@dataclass(frozen=True, slots=True)
class _Finder:
    """All phrases as one pattern; the longest phrase that begins at a word wins."""

    pattern: re.Pattern[str]
    owners: Mapping[str, Group]

    @classmethod
    def of(cls, groups: Iterable[Group], form: Callable[[str], str]) -> _Finder:
        owners: dict[str, Group] = {}
        tree: _Tree = {}
        for group in groups:
            barred = "|".join(re.escape(form(word)) for word in group.never_before)
            for phrase in group.phrases:
                key = form(phrase)
                if owners.setdefault(key, group) is group:
                    branch = tree
                    for letter in key:
                        branch = branch.setdefault(letter, {})
                    branch[""] = rf"(?!\w|\s(?:{barred})\b)" if barred else r"(?!\w)"
        return cls(re.compile(rf"(?<!\w){_pattern(tree)}"), owners)

    def find(self, text: str) -> Iterator[Group]:
        return (self.owners[found[0]] for found in self.pattern.finditer(text))


_Tree = dict[str, Any]  # letter → the rest of the phrases; "" → what must follow a phrase that ends here


def _pattern(tree: _Tree) -> str:
    """Phrases that share a beginning share it in the pattern too: three times as fast as a plain list."""
    choices = [re.escape(letter) + _pattern(rest) for letter, rest in tree.items() if letter]
    if "" in tree:
        choices.append(tree[""])
    return choices[0] if len(choices) == 1 else f"(?:{'|'.join(choices)})"


_NO_WORD = re.compile(r"[\W_]+")


def _exact_form(text: str) -> str:
    return _spaced(tone_normalise(text).lower())


def _folded_form(text: str) -> str:
    return _spaced(fold(text))


def _spaced(text: str) -> str:
    """One space between words, commas counted as spaces."""
    return " ".join(text.replace(",", " ").split())


def load_topic(path: str | Path | None = None) -> Topic:
    """The topic of the file, or ours; ProfileError names file, key and value of what is wrong."""
    source = Path(path) if path else DEFAULT
    try:
        data = tomllib.loads(source.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProfileError(f"{source}: cannot be read: {error}") from error
    check = _Checker(source)
    check.keys(data, _KEYS, "")
    weights = check.typed(data, "fields", dict, "")
    for name in weights:
        check.demand(name in FIELDS, f"fields.{name}", weights[name], f"no such field; known are {', '.join(FIELDS)}")
        check.typed(weights, name, (int, float), "fields.")
    threshold = check.typed(data, "threshold", (int, float), "")
    check.demand(threshold > 0, "threshold", threshold, "must be above 0")
    groups = check.typed(data, "groups", list, "")
    check.demand(groups, "groups", groups, "must hold at least one group")
    return Topic(
        name=check.typed(data, "name", str, ""),
        title=check.typed(data, "title", str, ""),
        threshold=float(threshold),
        fields={name: float(weights.get(name, 0)) for name in FIELDS},
        groups=tuple(check.group(group, n) for n, group in enumerate(groups)),
        off_sections=frozenset(_exact_form(name) for name in check.strings(data, "off_sections", "")),
    )


def judge_link(topic: Topic, url: str, text: str = "", section: str | None = None) -> Verdict:
    """Whether to fetch: YES and NO only where the link's text, slug or section say so themselves.

    `text` may be a link's text or a feed entry's title; `section` the name of the list it stood in.
    """
    score = _score(topic, text)[0]
    named = max(score, _score(topic, section or "")[0], _score(topic, _slug(url))[0])
    if named >= topic.threshold:
        return Verdict.YES
    if section and _exact_form(section).strip() in topic.off_sections:
        return Verdict.NO
    if score < 0 and len(text.split()) >= _WORDS:
        return Verdict.NO
    return Verdict.UNKNOWN


def judge_article(topic: Topic, article: Article) -> tuple[bool, tuple[str, ...], float]:
    """(whether it is on the topic, the labels of what it speaks of, strongest first, the score)."""
    texts = {
        "headline": article.headline,
        "description": article.description or "",
        "section": article.article_section or "",
        "keywords": " ; ".join(article.keywords),
        "body": article.article_body,
    }
    total, labels = 0.0, dict[str, float]()
    for name, text in texts.items():
        score, found = _score(topic, text, mentions=MENTIONS if name == "body" else 1)
        total += score * topic.fields[name]
        for label, weight in found.items():
            labels[label] = labels.get(label, 0.0) + weight * topic.fields[name]
    total = round(total, 3)
    ranked = sorted(labels, key=lambda label: -labels[label])
    kept = total >= topic.threshold
    return kept, tuple(ranked) if kept else (), total


def _score(topic: Topic, text: str, *, mentions: int = 1) -> tuple[float, dict[str, float]]:
    counts: dict[int, tuple[Group, int]] = {}
    for group in topic.find(text):
        _, seen = counts.get(id(group), (group, 0))
        counts[id(group)] = group, min(seen + 1, mentions)
    labels: dict[str, float] = {}
    for group, seen in counts.values():
        if group.topic:
            labels[group.topic] = labels.get(group.topic, 0.0) + group.weight * seen
    return sum(group.weight * seen for group, seen in counts.values()), labels


def _slug(url: str) -> str:
    """The words of the path; an address that shows no words gives numbers and names, which match nothing."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return ""
    return _NO_WORD.sub(" ", fold(unquote(path)))


class _Checker:
    """Reads values out of a topic file; every complaint names file, key and value."""

    def __init__(self, source: Path) -> None:
        self.source = source

    def demand(self, good: object, key: str, value: object, rule: str) -> None:
        if not good:
            raise ProfileError(f"{self.source}: {key}: {value!r} {rule}")

    def keys(self, table: Mapping[str, Any], known: set[str], where: str) -> None:
        for key in table:
            self.demand(key in known, where + key, table[key], f"no such key; known are {', '.join(sorted(known))}")

    def typed(self, table: Mapping[str, Any], key: str, kind: Any, where: str) -> Any:
        if key not in table:
            raise ProfileError(f"{self.source}: {where}{key}: is missing")
        value = table[key]
        good = isinstance(value, kind) and not isinstance(value, bool)
        names = " or ".join(k.__name__ for k in (kind if isinstance(kind, tuple) else (kind,)))
        self.demand(good, where + key, value, f"must be a {names}")
        return value

    def strings(self, table: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
        values = self.typed({key: table.get(key, [])}, key, list, where)
        for n, value in enumerate(values):
            good = isinstance(value, str) and value.strip()
            self.demand(good, f"{where}{key}[{n}]", value, "must be a text that is not empty")
        return tuple(values)

    def group(self, data: Any, n: int) -> Group:
        where = f"groups[{n}]."
        self.demand(isinstance(data, dict), f"groups[{n}]", data, "must be a table")
        self.keys(data, _GROUP_KEYS, where)
        phrases = self.strings(data, "phrases", where)
        self.demand(phrases, f"{where}phrases", phrases, "must hold at least one phrase")
        return Group(
            weight=float(self.typed(data, "weight", (int, float), where)),
            phrases=phrases,
            topic=self.typed(data, "topic", str, where) if "topic" in data else None,
            never_before=self.strings(data, "never_before", where),
        )
