-- Every change carries its entity's number, the seq of the entity's first change ever, which leads to the entity's row.
CREATE TABLE change_numbered (
    seq            INTEGER PRIMARY KEY,
    collection_no  INTEGER NOT NULL,
    entity_id      TEXT    NOT NULL,
    -- 1 created, 2 updated, 3 deleted.
    operation      INTEGER NOT NULL,
    -- The entity's change before this one while that is kept, else 0: what compaction removes.
    previous_seq   INTEGER NOT NULL,
    entity_no      INTEGER NOT NULL,
    occurred_at    INTEGER NOT NULL,
    scope          TEXT,
    previous_scope TEXT,
    data           TEXT
);

INSERT INTO change_numbered (seq, collection_no, entity_id, operation, previous_seq, entity_no, occurred_at, scope, previous_scope, data)
    SELECT c.seq, c.collection_no, c.entity_id, c.operation, c.previous_seq, e.first_seq, c.occurred_at, c.scope, c.previous_scope, c.data
    FROM change c CROSS JOIN entity e ON e.collection_no = c.collection_no AND e.entity_id = c.entity_id
    ORDER BY c.seq;

DROP TABLE change;
ALTER TABLE change_numbered RENAME TO change;

CREATE INDEX change_of_collection ON change (collection_no, seq);
CREATE INDEX tombstone ON change (seq) WHERE operation = 3;
CREATE INDEX change_of_scope ON change (collection_no, scope, seq) WHERE scope IS NOT NULL;
CREATE INDEX change_out_of_scope ON change (collection_no, previous_scope, seq)
    WHERE previous_scope IS NOT NULL AND (scope IS NULL OR scope <> previous_scope);

-- The latest state of every entity: a pointer to its newest change, never a second copy. In the order of writing, so that an append of new
-- entities touches few pages of it.
CREATE TABLE entity_numbered (
    -- Its first change ever, whether that is kept or not: the number by which its changes, and readers that keep books, know the entity.
    first_seq     INTEGER PRIMARY KEY,
    collection_no INTEGER NOT NULL,
    entity_id     TEXT    NOT NULL,
    seq           INTEGER NOT NULL,
    -- Of the snapshot; NULL for a tombstone.
    digest        BLOB,
    scope         TEXT,
    version       INTEGER,
    partial       INTEGER NOT NULL
);

INSERT INTO entity_numbered (first_seq, collection_no, entity_id, seq, digest, scope, version, partial)
    SELECT first_seq, collection_no, entity_id, seq, digest, scope, version, partial FROM entity ORDER BY first_seq;

DROP TABLE entity;
ALTER TABLE entity_numbered RENAME TO entity;

CREATE INDEX entity_of_collection ON entity (collection_no);
CREATE INDEX partial_entity ON entity (collection_no) WHERE partial;

-- The way from an entity's id to its number, by a hash of collection and id: a hint, which the id in the entity's row confirms. It lags behind:
-- the entities with a number above indexed_to are not in it yet. A migrated changelog begins with none.
CREATE TABLE entity_by_hash (
    id_hash   INTEGER NOT NULL,
    first_seq INTEGER NOT NULL,
    PRIMARY KEY (id_hash, first_seq)
) WITHOUT ROWID;

CREATE TABLE entity_index (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    indexed_to INTEGER NOT NULL
);

INSERT INTO entity_index (one, indexed_to) VALUES (1, 0);
