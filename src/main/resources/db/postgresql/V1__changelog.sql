-- Times are milliseconds since the epoch, in UTC.

-- One row: the counter, locked last in every append.
CREATE TABLE changelog (
    one  SMALLINT PRIMARY KEY CHECK (one = 1),
    head BIGINT NOT NULL
);

INSERT INTO changelog (one, head) VALUES (1, 0);

-- One row: what all cursors share. Apart from the counter, so that reading it never meets an append.
CREATE TABLE cursor_state (
    one               SMALLINT PRIMARY KEY CHECK (one = 1),
    generation        BIGINT NOT NULL,
    -- Every change up to here has been looked at by compaction.
    compacted_to      BIGINT NOT NULL,
    -- The newest tombstone that has been removed: a reader that stood before it may have missed a delete.
    tombstone_horizon BIGINT NOT NULL,
    -- Signs the cursors.
    cursor_key        BYTEA   NOT NULL
);

INSERT INTO cursor_state (one, generation, compacted_to, tombstone_horizon, cursor_key) VALUES (1, 1, 0, 0, decode(replace(gen_random_uuid()::TEXT || gen_random_uuid()::TEXT, '-', ''), 'hex'));

CREATE TABLE integration (
    no    INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id    TEXT    NOT NULL UNIQUE,
    fence BIGINT NOT NULL DEFAULT 0
);

-- An entity type of an integration: the unit that feeds select.
CREATE TABLE collection (
    no             INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    integration_no INTEGER NOT NULL REFERENCES integration (no),
    entity_type    TEXT    NOT NULL,
    -- The newest tombstone removed from it: its head never goes back, though its last change be gone.
    removed_to     BIGINT NOT NULL DEFAULT 0,
    UNIQUE (integration_no, entity_type)
);

CREATE TABLE change (
    seq            BIGINT PRIMARY KEY,
    collection_no  INTEGER NOT NULL,
    entity_id      TEXT COLLATE "C" NOT NULL,
    -- 1 created, 2 updated, 3 deleted.
    operation      SMALLINT NOT NULL,
    -- The entity's change before this one while that is kept, else 0: what compaction removes.
    previous_seq   BIGINT NOT NULL,
    occurred_at    BIGINT NOT NULL,
    scope          TEXT,
    previous_scope TEXT,
    data           TEXT
);

CREATE INDEX change_of_collection ON change (collection_no, seq);

CREATE INDEX tombstone ON change (seq) WHERE operation = 3;

-- The latest state of every entity: a pointer to its newest change, never a second copy.
CREATE TABLE entity (
    collection_no INTEGER NOT NULL,
    entity_id     TEXT COLLATE "C" NOT NULL,
    seq           BIGINT NOT NULL,
    -- Its first change ever, whether that is kept or not: the number by which a reader that keeps books knows the entity.
    first_seq     BIGINT NOT NULL,
    -- Of the snapshot; NULL for a tombstone.
    digest        BYTEA,
    scope         TEXT,
    version       BIGINT,
    partial       BOOLEAN NOT NULL,
    PRIMARY KEY (collection_no, entity_id)
);

CREATE INDEX partial_entity ON entity (collection_no) WHERE partial;

-- One row for each transaction that appended changes: when, and by which job.
CREATE TABLE append (
    last_seq       BIGINT PRIMARY KEY,
    at             BIGINT NOT NULL,
    integration_no INTEGER NOT NULL,
    stream         TEXT    NOT NULL,
    job_id         TEXT
);

CREATE INDEX append_by_time ON append (at);

CREATE TABLE checkpoint (
    integration_no INTEGER NOT NULL REFERENCES integration (no),
    stream         TEXT    NOT NULL,
    value          TEXT    NOT NULL,
    updated_at     BIGINT NOT NULL,
    PRIMARY KEY (integration_no, stream)
);

CREATE TABLE quarantine (
    id             BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    integration_no INTEGER NOT NULL REFERENCES integration (no),
    stream         TEXT    NOT NULL,
    entity_type    TEXT    NOT NULL,
    entity_id      TEXT COLLATE "C" NOT NULL,
    -- Which record it is: a digest of its id, or of its raw text where it tells no id.
    record         BYTEA   NOT NULL,
    reason         TEXT    NOT NULL,
    raw            TEXT    NOT NULL,
    job_id         TEXT,
    at             BIGINT NOT NULL,
    -- A record that fails again replaces what was kept of it.
    UNIQUE (integration_no, stream, entity_type, record)
);

-- A run of a sync. Its progress is counted in the appending transaction.
CREATE TABLE job (
    id             TEXT    PRIMARY KEY,
    integration_no INTEGER NOT NULL REFERENCES integration (no),
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
    integration_no INTEGER PRIMARY KEY REFERENCES integration (no),
    holder         TEXT    NOT NULL,
    job_id         TEXT    NOT NULL,
    expires_at     BIGINT NOT NULL
);
