"""Make the pictures of the documentation: python tests/browser/screenshots.py FOLDER (an archive, as of `crawl --sample`).

They stand in docs/screenshots/, each under 300 KB.
"""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, sync_playwright

from archive.web.application import application

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars",
]  # fmt: skip
FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
PAGES = {
    "home": "/",
    "results": "/search?q=dan+van+kheo",
    "article": "/article/19",
    "coverage": "/coverage",
}
MOST_BYTES = 300_000


@contextmanager
def serving(archive: Path) -> Iterator[str]:
    """The web view of an archive on a free port of loopback; gives its address."""
    server = uvicorn.Server(uvicorn.Config(application(archive).app(), port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


@contextmanager
def browsing(chromium: str) -> Iterator[Browser]:
    """A headless Chromium with a profile of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


def main() -> None:
    """Take every picture."""
    archive = Path(sys.argv[1])
    chromium = shutil.which("chromium") or shutil.which("google-chrome") or "chromium"
    FOLDER.mkdir(parents=True, exist_ok=True)
    with serving(archive) as address, browsing(chromium) as browser:
        page = browser.new_page(viewport={"width": 1100, "height": 860})
        for name, path in PAGES.items():
            page.goto(address + path)
            target = FOLDER / f"{name}.png"
            page.screenshot(path=target)
            size = target.stat().st_size
            print(f"{target.name}: {size:,} bytes")
            if size > MOST_BYTES:
                sys.exit(f"{target}: larger than {MOST_BYTES:,} bytes")


if __name__ == "__main__":
    main()
