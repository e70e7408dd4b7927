-- A device of the Sell protocol: a UUID that a client made up, inside its principal.
CREATE TABLE device (
    no         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    principal  TEXT   NOT NULL,
    uuid       TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    -- Its last start of a session, to the hour.
    started_at BIGINT NOT NULL,
    -- Grows with every change of its state, so that two nodes cannot overwrite each other.
    version    BIGINT NOT NULL,
    -- Up to where the changelog was looked at for it, by collection.
    positions  BYTEA  NOT NULL,
    UNIQUE (principal, uuid)
);

-- The exceptions to its positions: compressed sets of sequence versions, in chunks of 65,536.
CREATE TABLE device_revisions (
    device_no BIGINT   NOT NULL REFERENCES device (no) ON DELETE CASCADE,
    -- 1 not acknowledged, 2 not had, 3 acknowledged ahead.
    kind      SMALLINT NOT NULL,
    chunk     BIGINT   NOT NULL,
    revisions BYTEA    NOT NULL,
    PRIMARY KEY (device_no, kind, chunk)
);
