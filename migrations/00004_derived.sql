-- +goose Up
-- What the step after the sync makes of a trial. Opaque here: the store keeps it
-- and filters by it without knowing what it means.

-- One row a trial: what older rules made of it is of no use to anybody. It is
-- stale as soon as source_hash is not the trial's or rule_set not the program's.
CREATE TABLE derived (
  trial_key   INTEGER PRIMARY KEY REFERENCES trial (key) ON DELETE CASCADE,
  source_hash TEXT NOT NULL,
  rule_set    TEXT NOT NULL,
  blob        BLOB NOT NULL -- gzip
) STRICT;

CREATE TABLE facet (
  trial_key INTEGER NOT NULL REFERENCES derived (trial_key) ON DELETE CASCADE,
  kind      TEXT    NOT NULL,
  value     TEXT    NOT NULL,
  PRIMARY KEY (trial_key, kind, value)
) STRICT, WITHOUT ROWID;

-- Search goes from facet to trial.
CREATE INDEX facet_value ON facet (kind, value, trial_key);

-- +goose Down
DROP TABLE facet;
DROP TABLE derived;
