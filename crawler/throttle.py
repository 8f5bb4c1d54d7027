"""Scrapy's AutoThrottle that never goes below what a profile or a robots.txt asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.extensions.throttle import AutoThrottle

if TYPE_CHECKING:
    from scrapy.core.downloader import Slot
    from scrapy.http import Response


class PoliteAutoThrottle(AutoThrottle):
    """Adjusts a slot's delay to the server's latency, with the slot's own floor instead of one for all."""

    def _adjust_delay(self, slot: Slot, latency: float, response: Response) -> None:
        super()._adjust_delay(slot, latency, response)
        assert self.crawler.engine
        session = self.crawler.spider.session  # type: ignore[union-attr]  # the news spider has one
        slots = self.crawler.engine.downloader.slots
        name = next((name for name, one in slots.items() if one is slot), "")
        slot.delay = max(slot.delay, session.floor(name))
