-- +goose Up
-- What advisers keep. Whatever tells of a person is sealed (package trials/private): the
-- columns beside it are ids and times.

-- Marks the file as this program's private one ("Trfp"); the listings' mark is another.
PRAGMA application_id = 1416783472;

CREATE TABLE meta (
  id      INTEGER PRIMARY KEY CHECK (id = 1),
  created TEXT NOT NULL,
  refs    INTEGER NOT NULL DEFAULT 0 -- reference numbers given out; one is never given twice
) STRICT;

-- The keys that seal the rows, each sealed under the key of the key file.
CREATE TABLE data_key (
  id      TEXT PRIMARY KEY,
  wrapped BLOB NOT NULL,
  created TEXT NOT NULL
) STRICT;

CREATE TABLE account (
  id          TEXT PRIMARY KEY,
  email_key   BLOB NOT NULL UNIQUE, -- keyed hash, to find it by
  email       BLOB NOT NULL,        -- sealed
  role        TEXT NOT NULL CHECK (role IN ('adviser', 'lead', 'admin')),
  password    TEXT NOT NULL DEFAULT '', -- argon2id; '' until the one-time link was used
  totp        BLOB,                     -- sealed seed
  totp_step   INTEGER NOT NULL DEFAULT 0, -- of the last code that was taken
  invite      BLOB UNIQUE,              -- keyed hash of the one-time link
  invite_ends TEXT,
  epoch       INTEGER NOT NULL DEFAULT 0, -- moves when every session is to end
  disabled    TEXT,
  created     TEXT NOT NULL
) STRICT;

CREATE TABLE recovery (
  account TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  code    BLOB NOT NULL, -- keyed hash
  PRIMARY KEY (account, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
  token TEXT PRIMARY KEY, -- hashed by the session manager
  data  BLOB NOT NULL,
  ends  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE casefile (
  id      TEXT PRIMARY KEY,
  ref     TEXT NOT NULL UNIQUE,
  owner   TEXT NOT NULL REFERENCES account (id),
  draft   INTEGER NOT NULL CHECK (draft IN (0, 1)), -- not yet kept with the caller's consent
  version INTEGER NOT NULL,                         -- moves with every save
  created TEXT NOT NULL,
  used    TEXT NOT NULL,
  key     BLOB NOT NULL, -- the case's own key, sealed: without it the rest is noise
  sealed  BLOB NOT NULL
) STRICT;

CREATE INDEX casefile_owner ON casefile (owner);
CREATE INDEX casefile_used ON casefile (draft, used);

-- Who did what. Rows are only ever added, each bound to the one before it.
CREATE TABLE audit (
  seq    INTEGER PRIMARY KEY,
  at     TEXT NOT NULL,
  who    TEXT NOT NULL,
  what   TEXT NOT NULL,
  object TEXT NOT NULL,
  mac    BLOB NOT NULL
) STRICT;

CREATE INDEX audit_object ON audit (object);

-- The two ends of the chain: the last row that was purged, and the newest one.
CREATE TABLE audit_end (
  id  TEXT PRIMARY KEY CHECK (id IN ('tail', 'head')),
  seq INTEGER NOT NULL,
  mac BLOB NOT NULL, -- of that row
  seal BLOB NOT NULL -- over the three
) STRICT, WITHOUT ROWID;

-- +goose StatementBegin
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN
  SELECT raise(ABORT, 'the audit is only ever added to');
END;
-- +goose StatementEnd

-- What is old may go once the tail has moved past it.
-- +goose StatementBegin
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
WHEN old.seq > coalesce((SELECT seq FROM audit_end WHERE id = 'tail'), 0) BEGIN
  SELECT raise(ABORT, 'the audit is only ever added to');
END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE audit_end;
DROP TABLE audit;
DROP TABLE casefile;
DROP TABLE session;
DROP TABLE recovery;
DROP TABLE account;
DROP TABLE data_key;
DROP TABLE meta;
PRAGMA application_id = 0;
