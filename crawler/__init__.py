"""Danvan Archive: the crawling half. Site profiles, discovery, extraction, and Scrapy parts."""
