-- +goose Up
-- A run fetches into staging and is swapped in whole, in one transaction.

-- What a run asks for, and how far it came: enough to take it up after a kill.
ALTER TABLE sync_run ADD COLUMN scope TEXT NOT NULL DEFAULT '';    -- which part of the registry is asked for
ALTER TABLE sync_run ADD COLUMN since TEXT;                        -- NULL: everything
ALTER TABLE sync_run ADD COLUMN position TEXT NOT NULL DEFAULT ''; -- the page to go on at
ALTER TABLE sync_run ADD COLUMN walked INTEGER NOT NULL DEFAULT 0; -- saw the id of every listing
ALTER TABLE sync_run ADD COLUMN drift TEXT NOT NULL DEFAULT 'null'; -- JSON object: what had another form than known, how often

-- What the run has seen so far. A listing that is as it was has no version here.
CREATE TABLE staged (
  run     INTEGER NOT NULL, -- 0: one transaction stages and swaps
  id      TEXT    NOT NULL COLLATE NOCASE,
  source  TEXT    NOT NULL,
  version INTEGER, -- no foreign key: dropping a version would look for it here
  PRIMARY KEY (run, id)
) STRICT, WITHOUT ROWID;

-- The last run that saw the listing; NULL for one that only came from a file, and
-- that no run may miss.
ALTER TABLE trial ADD COLUMN seen_run INTEGER;
-- How many walks over all ids have missed it since.
ALTER TABLE trial ADD COLUMN absent INTEGER NOT NULL DEFAULT 0;

UPDATE trial SET seen_run = 0 WHERE EXISTS (SELECT 1 FROM sync_run r WHERE r.source = trial.source AND r.clean = 1);

-- It found what a complete run had not seen, which staging now tells.
DROP INDEX trial_source_synced;

-- +goose Down
-- Finds what a complete run did not see.
CREATE INDEX trial_source_synced ON trial (source, synced);
ALTER TABLE trial DROP COLUMN absent;
ALTER TABLE trial DROP COLUMN seen_run;
DROP TABLE staged;
ALTER TABLE sync_run DROP COLUMN drift;
ALTER TABLE sync_run DROP COLUMN walked;
ALTER TABLE sync_run DROP COLUMN position;
ALTER TABLE sync_run DROP COLUMN since;
ALTER TABLE sync_run DROP COLUMN scope;
