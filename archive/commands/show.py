"""`danvan show`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive.commands.options import COUNT, take_one
from archive.json_text import to_json

if TYPE_CHECKING:
    from archive.files import StoredFile
    from archive.show import FieldDiff, StoredArticle, Version
    from archive.store import Archive


@click.command()
@click.argument("key", metavar="ID|URL")
@click.option("--versions", is_flag=True, help="Its versions, the first one first.")
@click.option("--diff", is_flag=True, help="What changed last, or between --from and --to.")
@click.option("--from", "old", type=int, metavar="N", help="With --diff: from this version.")
@click.option("--to", "new", type=int, metavar="N", help="With --diff: to this version.")
@click.option("--raw", is_flag=True, help="The page's bytes as captured, content encoding undone.")
@click.option("--file", "number", type=COUNT, metavar="N", help="The bytes of its image or document N.")
@click.option("--cite", type=click.Choice(["bibtex", "ris", "apa", "footnote"]), help="A citation.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.pass_obj
def show(
    archive: Path,
    /,
    key: str,
    number: int | None,
    cite: str | None,
    as_json: bool,
    **options: Any,
) -> None:
    """One article."""
    from archive import Archive  # noqa: PLC0415
    from archive.cite import cite as cite_article  # noqa: PLC0415
    from archive.files import file_json, of_article, read_file  # noqa: PLC0415
    from archive.show import diff, get_article, versions  # noqa: PLC0415

    what = take_one(options, "versions", "diff", "raw")
    if sum((what is not None, number is not None, cite is not None)) > 1 or (as_json and (cite or number)):
        raise click.UsageError("show one thing at a time: --versions, --diff, --raw, --file or --cite")
    if what != "diff" and (options["old"] is not None or options["new"] is not None):
        raise click.UsageError("--from and --to go with --diff")
    with Archive.open(archive) as opened:
        connection = opened.connection
        if cite:
            click.echo(cite_article(get_article(connection, key), cite))
        elif number:
            sys.stdout.buffer.write(read_file(opened, get_article(connection, key).id, number)[1])
        elif what == "raw":
            _print_raw(opened, key)
        elif what == "versions":
            _print_versions(versions(connection, key), as_json=as_json)
        elif what == "diff":
            _print_diff(diff(connection, key, options["old"], options["new"]), as_json=as_json)
        else:
            stored = get_article(connection, key)
            kept = of_article(connection, stored.id)
            if as_json:
                click.echo(to_json(_json(stored) | {"files": [file_json(file) for file in kept]}))
            else:
                _print_article(stored, kept)


def _json(stored: StoredArticle) -> dict[str, Any]:
    from archive.records import article_json  # noqa: PLC0415

    return article_json(stored.article) | {
        "id": stored.id,
        "versions": stored.versions,
        "firstCapturedAt": stored.first_captured_at,
        "goneAt": stored.gone_at,
        "sameText": [url for _, url in stored.same_text],
    }


def _print_article(stored: StoredArticle, kept: tuple[StoredFile, ...]) -> None:
    from rich.text import Text  # noqa: PLC0415

    from archive.terminal import console, printable, printable_lines  # noqa: PLC0415

    article, out = stored.article, console()
    out.print(Text(printable(article.headline), style="bold"))
    byline = (", ".join(author.name for author in article.authors), article.date_published, stored.site_title)
    out.print(Text(printable(" · ".join(part for part in byline if part)), style="dim"))
    if article.description:
        out.print(Text(f"\n{printable_lines(article.description)}", style="italic"))
    out.print(Text(f"\n{printable_lines(article.article_body)}\n"))
    for label, value in _facts(stored, kept):
        out.print(Text(f"{label}: {printable(value)}", style="dim"))


def _facts(stored: StoredArticle, kept: tuple[StoredFile, ...]) -> list[tuple[str, str]]:
    article = stored.article
    facts = [("address", article.url), ("captured", f"{article.captured_at}, version {stored.versions}")]
    photographers = [image.credit for image in article.images] + [None] * len(article.attachments)
    for file, credit in zip(kept, photographers, strict=True):
        label = "image" if file.kind == "image" else "document"
        told = (file.label, credit, file.url, _state(file))
        facts.append((f"{label} {file.number}", " ".join(part for part in told if part)))
    facts += [("source", article.source_name)] if article.source_name else []
    facts += [("gone from the web since", stored.gone_at)] if stored.gone_at else []
    facts += [("same text at", url) for _, url in stored.same_text]
    if article.warc:
        facts.append(("raw", f"warc/{article.warc.file} at {article.warc.offset}, {article.warc.digest}"))
    return facts


def _state(file: StoredFile) -> str:
    if file.state != "kept":
        return f"({file.state.replace('_', ' ')}{f': {file.reason}' if file.reason else ''})"
    told = f"{file.media_type}, {file.bytes} bytes, {file.digest}"
    return f"({told}, text: {file.text_reason})" if file.text_reason else f"({told})"


def _print_versions(found: tuple[Version, ...], *, as_json: bool) -> None:
    from archive.terminal import print_table  # noqa: PLC0415

    if as_json:
        rows = [
            {"version": v.number, "capturedAt": v.captured_at, "contentHash": v.content_hash, **v.record} for v in found
        ]
        click.echo(to_json(rows))
        return
    lines = [(v.number, v.captured_at, v.content_hash[:12], v.record.get("headline")) for v in found]
    print_table(("version", "captured", "content", "headline"), lines)


def _print_diff(changes: tuple[FieldDiff, ...], *, as_json: bool) -> None:
    from rich.text import Text  # noqa: PLC0415

    from archive.terminal import console, printable_lines  # noqa: PLC0415

    if as_json:
        rows = [{"field": c.field, "pieces": [[str(kind), text] for kind, text in c.pieces]} for c in changes]
        click.echo(to_json(rows))
        return
    out = console()
    if not changes:
        click.echo("No change.", err=True)
    for change in changes:
        out.print(Text(change.field, style="bold"))
        text = Text()
        for kind, piece in change.pieces:
            lead, tail = piece[: len(piece) - len(piece.lstrip())], piece[len(piece.rstrip()) :]
            core = printable_lines(piece)
            shown = {"same": core, "removed": f"[-{core}-]", "added": f"{{+{core}+}}"}[kind]
            style = {"same": "", "removed": "red strike", "added": "green"}[kind]
            text.append(lead).append(shown if core else "", style=style).append(tail)
        out.print(text)


def _print_raw(opened: Archive, key: str) -> None:
    from archive.raw import read_record  # noqa: PLC0415
    from archive.show import raw_position  # noqa: PLC0415

    position = raw_position(opened.connection, key)
    sys.stdout.buffer.write(read_record(opened.warc_directory, position.file, position.offset).body)
