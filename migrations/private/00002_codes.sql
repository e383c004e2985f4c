-- +goose Up
-- Answers that a reader lets an adviser see. The id and the key come from a code that is kept
-- nowhere: without it a row is noise.
CREATE TABLE code (
  id     BLOB PRIMARY KEY,
  sealed BLOB NOT NULL,
  ends   TEXT NOT NULL,
  opened INTEGER NOT NULL DEFAULT 0, -- how often
  last   TEXT                        -- when last
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE code;
