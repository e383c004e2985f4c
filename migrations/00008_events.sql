-- +goose Up
-- What changed about a listing, told once: a row is written in the transaction
-- that swaps the change in.
CREATE TABLE event (
  id        INTEGER PRIMARY KEY AUTOINCREMENT, -- never reused: alerts name it
  trial_key INTEGER NOT NULL REFERENCES trial (key) ON DELETE CASCADE,
  version   INTEGER NOT NULL, -- the one that the change led to
  at        TEXT    NOT NULL, -- when the run began that found it
  kind      TEXT    NOT NULL,
  what      TEXT    NOT NULL, -- which site or date; empty where the kind says all
  old       TEXT    NOT NULL,
  new       TEXT    NOT NULL
) STRICT;

CREATE INDEX event_trial ON event (trial_key, id);

-- +goose Down
DROP TABLE event;
