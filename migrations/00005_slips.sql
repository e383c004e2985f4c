-- +goose Up
-- What a match needs of a trial, in few bytes and not packed: all of them are read at
-- each start. Rows of before have none; their rules are others, so they are made anew.
ALTER TABLE derived ADD COLUMN slip BLOB NOT NULL DEFAULT x'';

-- +goose Down
ALTER TABLE derived DROP COLUMN slip;
