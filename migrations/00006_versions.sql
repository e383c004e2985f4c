-- +goose Up
-- What a registry sent and what was read of it: one row for each content that a
-- listing has had, so that its history can be told. Nothing is copied when a
-- night's listings take the place of the last night's: trial.version moves.
CREATE TABLE version (
  key         INTEGER PRIMARY KEY,
  trial_key   INTEGER REFERENCES trial (key) ON DELETE CASCADE, -- NULL while it is staged
  source_hash TEXT NOT NULL, -- of the raw record
  doc_hash    TEXT NOT NULL, -- of the document
  seen        TEXT NOT NULL, -- when the run began that fetched it
  doc         BLOB NOT NULL, -- the normalised trial, JSON, packed
  raw         BLOB NOT NULL  -- as received, packed, so that the normaliser can be run again without a fetch
) STRICT;

CREATE INDEX version_trial ON version (trial_key, key);

-- The version that readers see. No foreign key: checking it would search this
-- table whenever a staged version is dropped.
ALTER TABLE trial ADD COLUMN version INTEGER;

INSERT INTO version (key, trial_key, source_hash, doc_hash, seen, doc, raw)
SELECT t.key, t.key, t.source_hash, t.doc_hash, t.changed, d.body, r.body
FROM trial t JOIN doc d ON d.trial_key = t.key JOIN raw r ON r.trial_key = t.key;
UPDATE trial SET version = key;

DROP TABLE raw;
DROP TABLE doc;

-- +goose Down
-- Apart from trial, because most nights move only trial.synced, and a row with a
-- large document would be written anew for it.
CREATE TABLE doc (
  trial_key INTEGER PRIMARY KEY REFERENCES trial (key) ON DELETE CASCADE,
  body      BLOB NOT NULL -- the normalised trial, JSON, gzip
) STRICT;

-- What the registry sent, so that the normaliser can be run again without a fetch.
CREATE TABLE raw (
  trial_key INTEGER PRIMARY KEY REFERENCES trial (key) ON DELETE CASCADE,
  body      BLOB NOT NULL -- as received, gzip
) STRICT;

INSERT INTO doc (trial_key, body) SELECT t.key, v.doc FROM trial t JOIN version v ON v.key = t.version;
INSERT INTO raw (trial_key, body) SELECT t.key, v.raw FROM trial t JOIN version v ON v.key = t.version;
ALTER TABLE trial DROP COLUMN version;
DROP TABLE version;
