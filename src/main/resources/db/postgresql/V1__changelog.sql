-- Times are milliseconds since the epoch, in UTC.

-- One row: the counter that is locked last in every append, and what all cursors share.
CREATE TABLE changelog (
    one               INT PRIMARY KEY CHECK (one = 1),
    generation        BIGINT NOT NULL,
    head              BIGINT NOT NULL,
    compacted_to      BIGINT NOT NULL,
    tombstone_horizon BIGINT NOT NULL,
    cursor_key        BYTEA    NOT NULL
);

CREATE TABLE integration (
    no    BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id    TEXT    NOT NULL UNIQUE,
    fence BIGINT NOT NULL DEFAULT 0
);

-- An entity type of an integration: the unit that feeds select.
CREATE TABLE collection (
    no             BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    integration_no BIGINT NOT NULL REFERENCES integration (no),
    entity_type    TEXT    NOT NULL,
    UNIQUE (integration_no, entity_type)
);

CREATE TABLE change (
    seq            BIGINT PRIMARY KEY,
    collection_no  BIGINT NOT NULL,
    entity_id      TEXT    NOT NULL,
    operation      BIGINT NOT NULL,
    -- The entity's change before this one while that is kept, else 0: what compaction removes.
    previous_seq   BIGINT NOT NULL,
    occurred_at    BIGINT NOT NULL,
    scope          TEXT,
    previous_scope TEXT,
    data           TEXT
);

CREATE INDEX change_of_collection ON change (collection_no, seq);

-- The latest state of every entity: a pointer to its newest change, never a second copy.
CREATE TABLE entity (
    collection_no BIGINT NOT NULL,
    entity_id     TEXT    NOT NULL,
    seq           BIGINT NOT NULL,
    -- Of the snapshot; NULL for a tombstone.
    digest        BYTEA,
    scope         TEXT,
    version       BIGINT,
    partial       BIGINT NOT NULL,
    PRIMARY KEY (collection_no, entity_id)
);

CREATE INDEX partial_entity ON entity (collection_no) WHERE partial = 1;

-- One row for each transaction that appended changes: when, and by which job.
CREATE TABLE append (
    last_seq       BIGINT PRIMARY KEY,
    at             BIGINT NOT NULL,
    integration_no BIGINT NOT NULL,
    stream         TEXT    NOT NULL,
    job_id         TEXT
);

CREATE TABLE checkpoint (
    integration_no BIGINT NOT NULL REFERENCES integration (no),
    stream         TEXT    NOT NULL,
    value          TEXT    NOT NULL,
    updated_at     BIGINT NOT NULL,
    PRIMARY KEY (integration_no, stream)
);

CREATE TABLE quarantine (
    id             BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    integration_no BIGINT NOT NULL REFERENCES integration (no),
    stream         TEXT    NOT NULL,
    entity_type    TEXT    NOT NULL,
    entity_id      TEXT    NOT NULL,
    reason         TEXT    NOT NULL,
    raw            TEXT    NOT NULL,
    job_id         TEXT,
    at             BIGINT NOT NULL,
    -- A record that fails again replaces what was kept of it.
    UNIQUE (integration_no, stream, entity_type, entity_id, raw)
);

-- A run of a sync. Its progress is counted in the appending transaction.
CREATE TABLE job (
    id             TEXT    PRIMARY KEY,
    integration_no BIGINT NOT NULL REFERENCES integration (no),
    type           TEXT    NOT NULL,
    status         TEXT    NOT NULL,
    stage          TEXT,
    created_at     BIGINT NOT NULL,
    started_at     BIGINT,
    completed_at   BIGINT,
    processed      BIGINT NOT NULL DEFAULT 0,
    created        BIGINT NOT NULL DEFAULT 0,
    updated        BIGINT NOT NULL DEFAULT 0,
    deleted        BIGINT NOT NULL DEFAULT 0,
    quarantined    BIGINT NOT NULL DEFAULT 0,
    error_class    TEXT,
    error          TEXT
);

CREATE INDEX job_of_integration ON job (integration_no, created_at);

-- Who runs an integration's job. The fence in the table integration grows with every new holder.
CREATE TABLE lease (
    integration_no BIGINT PRIMARY KEY REFERENCES integration (no),
    holder         TEXT    NOT NULL,
    job_id         TEXT    NOT NULL,
    expires_at     BIGINT NOT NULL
);
