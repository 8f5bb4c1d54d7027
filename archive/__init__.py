"""Danvan Archive: the durable half. Records, raw store, schema, frontier, search, export, web."""
