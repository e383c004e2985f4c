-- +goose Up
-- The documents apart from their version: a swap gives each new version its trial, and
-- a row with large blobs would be written anew for that.
CREATE TABLE body (
  version INTEGER PRIMARY KEY REFERENCES version (key) ON DELETE CASCADE,
  doc     BLOB NOT NULL, -- the normalised trial, JSON, packed
  raw     BLOB NOT NULL  -- as received, packed, so that the normaliser can be run again without a fetch
) STRICT;

INSERT INTO body (version, doc, raw) SELECT key, doc, raw FROM version;
ALTER TABLE version DROP COLUMN raw;
ALTER TABLE version DROP COLUMN doc;

-- +goose Down
CREATE TABLE kept (
  key INTEGER PRIMARY KEY, trial_key INTEGER, source_hash TEXT NOT NULL, doc_hash TEXT NOT NULL,
  seen TEXT NOT NULL, doc BLOB NOT NULL, raw BLOB NOT NULL
) STRICT;
INSERT INTO kept (key, trial_key, source_hash, doc_hash, seen, doc, raw)
SELECT v.key, v.trial_key, v.source_hash, v.doc_hash, v.seen, b.doc, b.raw FROM version v JOIN body b ON b.version = v.key;
DROP TABLE body;
DROP TABLE version;

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

INSERT INTO version (key, trial_key, source_hash, doc_hash, seen, doc, raw)
SELECT key, trial_key, source_hash, doc_hash, seen, doc, raw FROM kept;
DROP TABLE kept;
