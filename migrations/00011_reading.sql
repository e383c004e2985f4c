-- +goose Up
-- How many demands a trial's text makes, and of how many no rule was read.
ALTER TABLE derived ADD COLUMN criteria INTEGER NOT NULL DEFAULT 0;
ALTER TABLE derived ADD COLUMN unread INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE derived DROP COLUMN unread;
ALTER TABLE derived DROP COLUMN criteria;
