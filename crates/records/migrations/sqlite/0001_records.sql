CREATE TABLE keys (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    source TEXT NOT NULL,
    parameters TEXT NOT NULL,
    wrapped BLOB NOT NULL
) STRICT;

CREATE TABLE state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    last_entry INTEGER NOT NULL,
    last_hash BLOB NOT NULL
) STRICT;

CREATE TABLE documents (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    patient TEXT REFERENCES documents (id),
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    erased INTEGER NOT NULL CHECK (erased IN (0, 1)),
    changed INTEGER NOT NULL
) STRICT;
CREATE INDEX documents_by_patient ON documents (patient, kind);
CREATE INDEX documents_by_change ON documents (kind, changed);

CREATE TABLE document_versions (
    document TEXT NOT NULL REFERENCES documents (id),
    version INTEGER NOT NULL,
    written_at INTEGER NOT NULL,
    written_by TEXT NOT NULL,
    content BLOB,
    PRIMARY KEY (document, version)
) STRICT;

CREATE TABLE pictures (
    photograph TEXT PRIMARY KEY REFERENCES documents (id),
    content BLOB NOT NULL
) STRICT;

CREATE TABLE accounts (
    name TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    disabled INTEGER NOT NULL CHECK (disabled IN (0, 1)),
    created_at INTEGER NOT NULL,
    password BLOB NOT NULL
) STRICT;

CREATE TABLE sessions (
    id BLOB PRIMARY KEY,
    account TEXT REFERENCES accounts (name),
    expires INTEGER NOT NULL,
    data BLOB NOT NULL
) STRICT;
CREATE INDEX sessions_by_account ON sessions (account);
CREATE INDEX sessions_by_expiry ON sessions (expires);

CREATE TABLE tokens (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (name),
    created_at INTEGER NOT NULL,
    revoked INTEGER NOT NULL CHECK (revoked IN (0, 1)),
    secret_hash BLOB NOT NULL UNIQUE,
    label BLOB NOT NULL
) STRICT;
CREATE INDEX tokens_by_account ON tokens (account);

CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    account TEXT NOT NULL,
    action TEXT NOT NULL,
    kind TEXT,
    document TEXT,
    patient TEXT,
    version INTEGER,
    detail BLOB NOT NULL,
    hash BLOB NOT NULL
) STRICT;
CREATE INDEX audit_by_patient ON audit (patient, id);
CREATE INDEX audit_by_account ON audit (account, id);

CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'entries of the audit are never changed');
END;

CREATE TRIGGER audit_is_never_deleted BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'entries of the audit are never deleted');
END;

CREATE TRIGGER versions_are_never_deleted BEFORE DELETE ON document_versions
BEGIN
    SELECT RAISE(ABORT, 'versions of documents are never deleted');
END;

-- A version may lose its content, when the document is erased, and nothing else.
CREATE TRIGGER versions_are_never_changed BEFORE UPDATE ON document_versions
WHEN NEW.content IS NOT NULL
    OR NEW.document <> OLD.document
    OR NEW.version <> OLD.version
    OR NEW.written_at <> OLD.written_at
    OR NEW.written_by <> OLD.written_by
BEGIN
    SELECT RAISE(ABORT, 'versions of documents are never changed');
END;
