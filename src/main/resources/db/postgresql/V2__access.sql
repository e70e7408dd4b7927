CREATE TABLE token (
    id         TEXT    PRIMARY KEY,
    -- SHA-256 of the token; the token itself is nowhere.
    hash       BYTEA    NOT NULL UNIQUE,
    principal  TEXT    NOT NULL,
    scopes     TEXT    NOT NULL,
    created_at BIGINT NOT NULL
);

-- A principal may see an integration ('*' for all), or a scope of it, or some entity types of it.
CREATE TABLE access_grant (
    id             TEXT    PRIMARY KEY,
    principal      TEXT    NOT NULL,
    integration_id TEXT    NOT NULL,
    scope          TEXT,
    entity_types   TEXT,
    created_at     BIGINT NOT NULL
);

CREATE INDEX grant_of_principal ON access_grant (principal);

-- One row: raised by every change of tokens and grants, so that other nodes see that there is one.
CREATE TABLE access_version (
    one     INT PRIMARY KEY CHECK (one = 1),
    version BIGINT NOT NULL
);

INSERT INTO access_version (one, version) VALUES (1, 0);
