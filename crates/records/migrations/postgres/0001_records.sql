CREATE TABLE keys (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    source TEXT NOT NULL,
    parameters TEXT NOT NULL,
    wrapped BYTEA NOT NULL
);

CREATE TABLE state (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    last_entry BIGINT NOT NULL,
    last_hash BYTEA NOT NULL
);

CREATE TABLE documents (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    patient TEXT REFERENCES documents (id),
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    erased BIGINT NOT NULL CHECK (erased IN (0, 1)),
    changed BIGINT NOT NULL
);
CREATE INDEX documents_by_patient ON documents (patient, kind);
CREATE INDEX documents_by_change ON documents (kind, changed);

CREATE TABLE document_versions (
    document TEXT NOT NULL REFERENCES documents (id),
    version BIGINT NOT NULL,
    written_at BIGINT NOT NULL,
    written_by TEXT NOT NULL,
    content BYTEA,
    PRIMARY KEY (document, version)
);

CREATE TABLE pictures (
    photograph TEXT PRIMARY KEY REFERENCES documents (id),
    content BYTEA NOT NULL
);

CREATE TABLE accounts (
    name TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    disabled BIGINT NOT NULL CHECK (disabled IN (0, 1)),
    created_at BIGINT NOT NULL,
    password BYTEA NOT NULL
);

CREATE TABLE sessions (
    id BYTEA PRIMARY KEY,
    account TEXT REFERENCES accounts (name),
    expires BIGINT NOT NULL,
    data BYTEA NOT NULL
);
CREATE INDEX sessions_by_account ON sessions (account);
CREATE INDEX sessions_by_expiry ON sessions (expires);

CREATE TABLE tokens (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (name),
    created_at BIGINT NOT NULL,
    revoked BIGINT NOT NULL CHECK (revoked IN (0, 1)),
    secret_hash BYTEA NOT NULL UNIQUE,
    label BYTEA NOT NULL
);
CREATE INDEX tokens_by_account ON tokens (account);

CREATE TABLE audit (
    id BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    account TEXT NOT NULL,
    action TEXT NOT NULL,
    kind TEXT,
    document TEXT,
    patient TEXT,
    version BIGINT,
    detail BYTEA NOT NULL,
    hash BYTEA NOT NULL
);
CREATE INDEX audit_by_patient ON audit (patient, id);
CREATE INDEX audit_by_account ON audit (account, id);

CREATE FUNCTION needlepoint_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: it is only ever added to', TG_OP, TG_TABLE_NAME;
END;
$$;

CREATE TRIGGER audit_is_never_changed BEFORE UPDATE OR DELETE ON audit
FOR EACH ROW EXECUTE FUNCTION needlepoint_refuse();

CREATE TRIGGER audit_is_never_emptied BEFORE TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION needlepoint_refuse();

CREATE TRIGGER versions_are_never_deleted BEFORE DELETE ON document_versions
FOR EACH ROW EXECUTE FUNCTION needlepoint_refuse();

CREATE TRIGGER versions_are_never_emptied BEFORE TRUNCATE ON document_versions
FOR EACH STATEMENT EXECUTE FUNCTION needlepoint_refuse();

-- A version may lose its content, when the document is erased, and nothing else.
CREATE TRIGGER versions_are_never_changed BEFORE UPDATE ON document_versions
FOR EACH ROW WHEN (
    NEW.content IS NOT NULL
    OR NEW.document <> OLD.document
    OR NEW.version <> OLD.version
    OR NEW.written_at <> OLD.written_at
    OR NEW.written_by <> OLD.written_by
) EXECUTE FUNCTION needlepoint_refuse();
