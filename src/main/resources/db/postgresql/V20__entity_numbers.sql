-- Every change carries its entity's number, the seq of the entity's first change ever, which leads to the entity's row.
ALTER TABLE change RENAME TO change_before;

CREATE TABLE change (
    seq            BIGINT NOT NULL,
    collection_no  INTEGER NOT NULL,
    entity_id      TEXT COLLATE "C" NOT NULL,
    -- 1 created, 2 updated, 3 deleted.
    operation      SMALLINT NOT NULL,
    -- The entity's change before this one while that is kept, else 0: what compaction removes.
    previous_seq   BIGINT NOT NULL,
    entity_no      BIGINT NOT NULL,
    occurred_at    BIGINT NOT NULL,
    scope          TEXT,
    previous_scope TEXT,
    data           TEXT
);

INSERT INTO change (seq, collection_no, entity_id, operation, previous_seq, entity_no, occurred_at, scope, previous_scope, data)
    SELECT c.seq, c.collection_no, c.entity_id, c.operation, c.previous_seq, e.first_seq, c.occurred_at, c.scope, c.previous_scope, c.data
    FROM change_before c JOIN entity e ON e.collection_no = c.collection_no AND e.entity_id = c.entity_id
    ORDER BY c.seq;

DROP TABLE change_before;

ALTER TABLE change ADD PRIMARY KEY (seq);
CREATE INDEX change_of_collection ON change (collection_no, seq);
CREATE INDEX tombstone ON change (seq) WHERE operation = 3;
CREATE INDEX change_of_scope ON change (collection_no, scope, seq) WHERE scope IS NOT NULL;
CREATE INDEX change_out_of_scope ON change (collection_no, previous_scope, seq)
    WHERE previous_scope IS NOT NULL AND (scope IS NULL OR scope <> previous_scope);

CREATE UNIQUE INDEX entity_by_number ON entity (first_seq);
