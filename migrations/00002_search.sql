-- +goose Up
-- Full-text search. The row id is trial.key.
--
-- Contentless, because the document has the text already; with
-- contentless_delete, because a listing changes. No triggers: the words come out
-- of the compressed document, which SQL can't read, so the store writes them in
-- the transaction that writes the trial.
--
-- porter: "therapies" finds "therapy". remove_diacritics 2: "etude" finds
-- "Étude", whichever way the accent is encoded.
CREATE VIRTUAL TABLE search USING fts5 (
  ids, title, conditions, keywords, interventions, summary,
  content = '', contentless_delete = 1,
  tokenize = 'porter unicode61 remove_diacritics 2'
);

-- +goose Down
DROP TABLE search;
