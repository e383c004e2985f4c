-- +goose Up
-- What the registries list. The document is what pages are made from; columns
-- beside it are only what a query compares or sorts by.

-- Marks the file as this program's ("Trfn"), so that no other SQLite file is
-- taken for one and migrated.
PRAGMA application_id = 1416783470;

-- One row about the file as a whole.
CREATE TABLE meta (
  id         INTEGER PRIMARY KEY CHECK (id = 1),
  kind       TEXT    NOT NULL CHECK (kind IN ('demo', 'real')), -- fictional and real listings never mix
  created    TEXT    NOT NULL,
  generation INTEGER NOT NULL DEFAULT 0 -- moves with every change, so that another process can notice one
) STRICT;

CREATE TABLE trial (
  key                INTEGER PRIMARY KEY, -- declared, so that VACUUM leaves it alone: the search index hangs on it
  id                 TEXT NOT NULL COLLATE NOCASE UNIQUE, -- the registry's own id
  source             TEXT NOT NULL,
  status             TEXT NOT NULL,
  study_type         TEXT NOT NULL,
  brief_title        TEXT NOT NULL,
  official_title     TEXT NOT NULL,
  last_update_posted TEXT NOT NULL, -- as precise as the registry's: YYYY, YYYY-MM or YYYY-MM-DD
  first_posted       TEXT NOT NULL,
  source_hash        TEXT NOT NULL, -- of the raw record: has the registry changed it?
  doc_hash           TEXT NOT NULL, -- of the document: does this program read it otherwise than before?
  first_seen         TEXT NOT NULL,
  changed            TEXT NOT NULL, -- when source_hash last moved
  synced             TEXT NOT NULL, -- when the registry last had this listing
  removed_at         TEXT           -- when the registry was found to have it no more
) STRICT;

-- Filters by status leave most of the registry out.
CREATE INDEX trial_status ON trial (status);
-- Finds what a complete run did not see.
CREATE INDEX trial_source_synced ON trial (source, synced);

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

-- Other ids of the same study. Two listings may claim one alias.
CREATE TABLE alias (
  alias     TEXT    NOT NULL COLLATE NOCASE,
  trial_key INTEGER NOT NULL REFERENCES trial (key) ON DELETE CASCADE,
  PRIMARY KEY (alias, trial_key)
) STRICT, WITHOUT ROWID;

-- The primary key begins with the alias; a changed listing is replaced by its key.
CREATE INDEX alias_trial ON alias (trial_key);

CREATE TABLE site (
  trial_key    INTEGER NOT NULL REFERENCES trial (key) ON DELETE CASCADE,
  seq          INTEGER NOT NULL, -- the registry's order
  facility     TEXT    NOT NULL,
  status       TEXT    NOT NULL, -- empty where the registry gives none
  city         TEXT    NOT NULL,
  state        TEXT    NOT NULL, -- keeps towns of the same name apart
  country_code TEXT    NOT NULL, -- ISO 3166, empty where the name is unknown
  lat          REAL,
  lon          REAL,
  PRIMARY KEY (trial_key, seq),
  CHECK ((lat IS NULL) = (lon IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX site_country ON site (country_code, trial_key);

-- +goose Down
DROP TABLE site;
DROP TABLE alias;
DROP TABLE raw;
DROP TABLE doc;
DROP TABLE trial;
DROP TABLE meta;
PRAGMA application_id = 0;
