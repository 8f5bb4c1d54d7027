"""Danvan Archive: the durable half. Records, raw store, schema, frontier, search, export, web."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archive.store import Archive

    __version__: str

__all__ = ["Archive", "__version__"]


def __getattr__(name: str) -> object:
    """What is exported, loaded when it is asked for: a worker that cleans pages opens no archive."""
    if name == "Archive":
        from archive.store import Archive  # noqa: PLC0415

        return Archive
    if name == "__version__":
        return _version()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415

    try:
        return version("danvan-archive")
    except PackageNotFoundError:  # run from a checkout that was never installed
        return "0+checkout"
