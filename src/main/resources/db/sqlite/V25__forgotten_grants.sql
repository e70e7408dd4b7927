-- Up to which number of the changelog's sequence the grants of a principal that were taken back have been removed: what it could see before
-- is no longer known.
CREATE TABLE forgotten_grants (
    principal TEXT PRIMARY KEY,
    up_to     INTEGER NOT NULL
);
