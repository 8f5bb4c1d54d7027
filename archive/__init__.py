"""Danvan Archive: the durable half. Records, raw store, schema, frontier, search, export, web."""

from archive.store import Archive

__all__ = ["Archive"]
