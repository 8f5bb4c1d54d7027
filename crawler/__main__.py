"""`python -m crawler` is `danvan`."""

from crawler.cli import main

main()
