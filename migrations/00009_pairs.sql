-- +goose Up
-- One trial in two registries: two listings, one of which leads.

-- The numbers by which a listing may be known to another registry's, in one
-- writing. Apart from alias, which is what a person may ask for.
CREATE TABLE number (
  number    TEXT    NOT NULL,
  trial_key INTEGER NOT NULL REFERENCES trial (key) ON DELETE CASCADE,
  own       INTEGER NOT NULL CHECK (own IN (0, 1)), -- the listing's own, not one that it only names
  PRIMARY KEY (number, trial_key)
) STRICT, WITHOUT ROWID;

CREATE INDEX number_trial ON number (trial_key);

-- The listing that is shown for this one; NULL: it is shown itself.
ALTER TABLE trial ADD COLUMN led_by INTEGER REFERENCES trial (key) ON DELETE SET NULL;

CREATE INDEX trial_led_by ON trial (led_by) WHERE led_by IS NOT NULL;

-- +goose Down
DROP INDEX trial_led_by;
ALTER TABLE trial DROP COLUMN led_by;
DROP TABLE number;
