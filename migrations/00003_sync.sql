-- +goose Up
-- What the nightly runs did.

-- There is no cursor table: where the next run begins is the start of the last
-- clean run, and a second copy of that could disagree with it.
CREATE TABLE sync_run (
  id          INTEGER PRIMARY KEY AUTOINCREMENT, -- never reused: logs name it
  source      TEXT    NOT NULL,
  started     TEXT    NOT NULL,
  finished    TEXT,             -- NULL while it runs, and for ever if it was killed
  clean       INTEGER NOT NULL DEFAULT 0 CHECK (clean IN (0, 1)),
  version     TEXT    NOT NULL, -- the registry's data version when the run began
  complete    INTEGER NOT NULL CHECK (complete IN (0, 1)), -- asked for everything, not only for changes
  fetched     INTEGER NOT NULL DEFAULT 0,
  new         INTEGER NOT NULL DEFAULT 0,
  changed     INTEGER NOT NULL DEFAULT 0,
  removed     INTEGER NOT NULL DEFAULT 0,
  quarantined INTEGER NOT NULL DEFAULT 0,
  errors      TEXT    NOT NULL DEFAULT '[]', -- JSON array of texts
  CHECK (clean = 0 OR finished IS NOT NULL)
) STRICT;

CREATE INDEX sync_run_clean ON sync_run (source, id) WHERE clean = 1;

-- Records that could not be taken, for a person to look at. Keyed by id, or by
-- content where even the id could not be read: the same bad record seen every
-- night stays one row.
CREATE TABLE quarantine (
  source   TEXT    NOT NULL,
  id       TEXT    NOT NULL COLLATE NOCASE, -- empty where it could not be read
  raw_hash TEXT    NOT NULL, -- empty where there is an id
  raw      BLOB    NOT NULL, -- its beginning, gzip
  raw_size INTEGER NOT NULL, -- in bytes, whole
  error    TEXT    NOT NULL,
  seen     TEXT    NOT NULL, -- last
  PRIMARY KEY (source, id, raw_hash),
  CHECK ((id = '') <> (raw_hash = ''))
) STRICT, WITHOUT ROWID;

-- An import from files is no run against a registry, but makes listings fresh.
ALTER TABLE meta ADD COLUMN imported TEXT;

-- +goose Down
ALTER TABLE meta DROP COLUMN imported;
DROP TABLE quarantine;
DROP TABLE sync_run;
