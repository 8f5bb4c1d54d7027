"""Five small sites bundled with the crawler, composed for it, in the layouts of real ones.

They answer on loopback under reserved names (danvan.example, …): see `crawler.sample.server.serve_sample`.
"""

from __future__ import annotations

from .clock import FIRST_DAY, sample_clock
from .content import SampleArticle, sample_sites
from .world import Reply, SampleWorld

__all__ = [
    "FIRST_DAY",
    "Reply",
    "SampleArticle",
    "SampleWorld",
    "sample_clock",
    "sample_sites",
]
