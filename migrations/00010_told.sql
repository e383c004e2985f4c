-- +goose Up
-- Whether the operator was told of a run that failed or was degraded: a mail that
-- could not be sent is tried again, and one that was sent is not sent twice.
ALTER TABLE sync_run ADD COLUMN told INTEGER NOT NULL DEFAULT 0 CHECK (told IN (0, 1));

UPDATE sync_run SET told = 1;

-- +goose Down
ALTER TABLE sync_run DROP COLUMN told;
