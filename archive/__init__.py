"""Danvan Archive: the durable half. Records, raw store, schema, frontier, search, export, web."""

from importlib.metadata import PackageNotFoundError, version

from archive.store import Archive

try:
    __version__ = version("danvan-archive")
except PackageNotFoundError:  # run from a checkout that was never installed
    __version__ = "0+checkout"

__all__ = ["Archive", "__version__"]
