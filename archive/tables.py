"""The SQL of the tables, a text a migration: what archive.migrations runs. A text once released never changes."""

from __future__ import annotations

FIRST_TABLES = """
CREATE TABLE archive_info (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE sites (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL DEFAULT '',
    body TEXT NOT NULL DEFAULT '',
    status TEXT NOT NULL DEFAULT 'unverified',
    enabled INTEGER NOT NULL DEFAULT 0,
    wait_until INTEGER,
    wait_reason TEXT,
    ended_at TEXT
);

CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    verb TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT,
    pid INTEGER NOT NULL,
    exit_code INTEGER,
    note TEXT
);

CREATE TABLE pages (
    id INTEGER PRIMARY KEY,
    site_id INTEGER NOT NULL REFERENCES sites(id),
    identity TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL,
    kind TEXT NOT NULL,
    depth INTEGER NOT NULL DEFAULT 0,
    text TEXT,
    section TEXT,
    source_page_id INTEGER REFERENCES pages(id),
    series INTEGER REFERENCES pages(id),
    discovered_at TEXT NOT NULL,
    discovered_run INTEGER REFERENCES runs(id),
    state TEXT NOT NULL DEFAULT 'due',
    due_at INTEGER,
    priority INTEGER NOT NULL DEFAULT 0,
    lease_run INTEGER REFERENCES runs(id),
    attempts INTEGER NOT NULL DEFAULT 0,
    crashes INTEGER NOT NULL DEFAULT 0,
    visits INTEGER NOT NULL DEFAULT 0,
    quiet_visits INTEGER NOT NULL DEFAULT 0,
    outcome TEXT,
    reason TEXT,
    outcome_run INTEGER REFERENCES runs(id),
    fetched_at TEXT,
    etag TEXT,
    last_modified TEXT,
    digest TEXT,
    headline TEXT
);
CREATE INDEX pages_due ON pages(due_at, priority) WHERE state = 'due';
CREATE INDEX pages_leased ON pages(lease_run) WHERE state = 'leased';
CREATE INDEX pages_site ON pages(site_id, outcome);
CREATE INDEX pages_source ON pages(source_page_id);

CREATE TABLE captures (
    id INTEGER PRIMARY KEY,
    page_id INTEGER NOT NULL REFERENCES pages(id),
    run_id INTEGER REFERENCES runs(id),
    url TEXT NOT NULL,
    archive_url TEXT,
    captured_at TEXT NOT NULL,
    status INTEGER NOT NULL,
    content_type TEXT,
    record_type TEXT NOT NULL,
    warc_file TEXT NOT NULL,
    warc_offset INTEGER NOT NULL,
    digest TEXT NOT NULL,
    refers_to INTEGER REFERENCES captures(id),
    outcome TEXT,
    reason TEXT,
    UNIQUE (warc_file, warc_offset)
);
CREATE INDEX captures_page ON captures(page_id, captured_at);
CREATE INDEX captures_url ON captures(url, captured_at);

CREATE TABLE articles (
    id INTEGER PRIMARY KEY,
    site_id INTEGER NOT NULL REFERENCES sites(id),
    page_id INTEGER NOT NULL UNIQUE REFERENCES pages(id),
    capture_id INTEGER REFERENCES captures(id),
    url TEXT NOT NULL UNIQUE,
    canonical_url TEXT,
    headline TEXT NOT NULL,
    description TEXT,
    article_body TEXT NOT NULL,
    article_body_html TEXT NOT NULL DEFAULT '',
    author_names TEXT NOT NULL DEFAULT '[]',
    authors TEXT NOT NULL DEFAULT '[]',
    source_name TEXT,
    dateline TEXT,
    date_published TEXT,
    date_modified TEXT,
    date_published_raw TEXT,
    date_source TEXT,
    article_section TEXT,
    keywords TEXT NOT NULL DEFAULT '[]',
    attachments TEXT NOT NULL DEFAULT '[]',
    view_count INTEGER,
    in_language TEXT,
    related_links TEXT NOT NULL DEFAULT '[]',
    topics TEXT NOT NULL DEFAULT '[]',
    captured_at TEXT NOT NULL,
    first_captured_at TEXT NOT NULL,
    extractor_version TEXT,
    site_rule TEXT,
    content_hash TEXT NOT NULL,
    versions INTEGER NOT NULL DEFAULT 1,
    gone_at TEXT,
    hidden_at TEXT,
    hidden_why TEXT
);
CREATE INDEX articles_site_date ON articles(site_id, date_published);
CREATE INDEX articles_listing ON articles(
    date_published, id, site_id, captured_at, gone_at, article_section, author_names, attachments, hidden_at
);
CREATE INDEX articles_hidden ON articles(id) WHERE hidden_at IS NOT NULL;
CREATE INDEX articles_content_hash ON articles(content_hash);
CREATE INDEX articles_captured ON articles(captured_at);

CREATE TABLE article_versions (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    capture_id INTEGER REFERENCES captures(id),
    captured_at TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    record TEXT,
    UNIQUE (article_id, version)
);

CREATE TABLE images (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    url TEXT NOT NULL,
    caption TEXT,
    credit TEXT,
    UNIQUE (article_id, position)
);

CREATE TABLE links (
    page_id INTEGER NOT NULL REFERENCES pages(id) ON DELETE CASCADE,
    target_page_id INTEGER NOT NULL REFERENCES pages(id) ON DELETE CASCADE,
    text TEXT,
    PRIMARY KEY (page_id, target_page_id)
) WITHOUT ROWID;
CREATE INDEX links_target ON links(target_page_id);

CREATE TABLE run_counts (
    run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    site_id INTEGER NOT NULL REFERENCES sites(id),
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    pages INTEGER NOT NULL,
    PRIMARY KEY (run_id, site_id, outcome, reason)
) WITHOUT ROWID;

CREATE TABLE run_fields (
    run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    site_id INTEGER NOT NULL REFERENCES sites(id),
    articles INTEGER NOT NULL,
    with_date INTEGER NOT NULL,
    with_description INTEGER NOT NULL,
    with_author INTEGER NOT NULL,
    body_length INTEGER NOT NULL,
    selector_misses INTEGER NOT NULL,
    PRIMARY KEY (run_id, site_id)
) WITHOUT ROWID;
"""

FILE_TABLES = """
CREATE TABLE files (
    page_id INTEGER PRIMARY KEY REFERENCES pages(id) ON DELETE CASCADE,
    capture_id INTEGER REFERENCES captures(id),
    media_type TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    digest TEXT NOT NULL,
    text TEXT,
    text_reason TEXT
);
CREATE INDEX files_digest ON files(digest);
CREATE INDEX files_capture ON files(capture_id);

CREATE TABLE attachments (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    url TEXT NOT NULL,
    name TEXT NOT NULL,
    page_id INTEGER REFERENCES pages(id) ON DELETE SET NULL,
    UNIQUE (article_id, position)
);
INSERT INTO attachments (article_id, position, url, name)
    SELECT articles.id, key, json_extract(value, '$.url'), json_extract(value, '$.name')
    FROM articles, json_each(articles.attachments);
CREATE INDEX attachments_page ON attachments(page_id) WHERE page_id IS NOT NULL;

ALTER TABLE images ADD COLUMN page_id INTEGER REFERENCES pages(id) ON DELETE SET NULL;
CREATE INDEX images_page ON images(page_id) WHERE page_id IS NOT NULL;

ALTER TABLE articles ADD COLUMN attachment_text TEXT;

CREATE VIEW article_files AS
WITH listed(article_id, kind, position, url, label, page_id) AS (
    SELECT article_id, 'image', position, url, caption, page_id FROM images
    UNION ALL SELECT article_id, 'attachment', position, url, name, page_id FROM attachments)
SELECT article_id, listed.kind, position, listed.url, label,
       CASE WHEN files.capture_id IS NOT NULL THEN 'kept' WHEN at.id IS NULL THEN 'not_asked'
            ELSE coalesce(at.outcome, 'pending') END AS state,
       CASE WHEN files.capture_id IS NULL THEN at.reason END AS reason,
       media_type, bytes, files.digest, files.capture_id, text_reason, at.id AS page_id
FROM listed LEFT JOIN pages AS first ON first.id = listed.page_id
LEFT JOIN pages AS at ON at.id = CASE WHEN first.outcome <> 'duplicate' OR first.outcome IS NULL THEN first.id ELSE (
    WITH RECURSIVE hops(id, hop) AS (
        SELECT first.id, 0
        UNION SELECT links.target_page_id, hop + 1 FROM hops JOIN links ON links.page_id = hops.id
              JOIN pages ON pages.id = hops.id WHERE pages.outcome = 'duplicate' AND hop < 5)
    SELECT id FROM hops ORDER BY hop DESC LIMIT 1) END
LEFT JOIN files ON files.page_id = at.id;
"""

LEFT_LINKS = """
ALTER TABLE links ADD COLUMN left_at TEXT;
ALTER TABLE links ADD COLUMN doubted INTEGER NOT NULL DEFAULT 0;
UPDATE links SET left_at = (SELECT coalesce(fetched_at, discovered_at) FROM pages WHERE id = page_id)
    WHERE page_id IN (SELECT id FROM pages WHERE kind IN ('feed', 'sitemap', 'listing'));
UPDATE pages SET state = 'due', due_at = 0
    WHERE kind IN ('feed', 'sitemap') AND state = 'done' AND source_page_id IS NOT NULL AND reason = 'listing';
"""
