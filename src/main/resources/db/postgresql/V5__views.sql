-- The numbers in the changelog's sequence at which a grant was made and taken back; a grant that was taken back stays, to tell what could be
-- seen when. Grants from before have always been there.
ALTER TABLE access_grant ADD COLUMN granted_seq BIGINT NOT NULL DEFAULT 0;
ALTER TABLE access_grant ADD COLUMN revoked_seq BIGINT;
ALTER TABLE access_grant ADD COLUMN revoked_at BIGINT;

-- Changes by what a view sees: those in a scope, and those that take an entity out of one.
CREATE INDEX change_of_scope ON change (collection_no, scope, seq) WHERE scope IS NOT NULL;
CREATE INDEX change_out_of_scope ON change (collection_no, previous_scope, seq)
    WHERE previous_scope IS NOT NULL AND (scope IS NULL OR scope <> previous_scope);

-- Every change of tokens and grants: when, by whom, and what.
CREATE TABLE access_audit (
    no        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at        BIGINT  NOT NULL,
    -- The principal and the token that asked for it; NULL where it was no request.
    actor     TEXT,
    token_id  TEXT,
    action    TEXT    NOT NULL,
    -- Whom it concerns.
    principal TEXT    NOT NULL,
    -- As JSON: the token or the grant.
    subject   TEXT    NOT NULL
);

CREATE INDEX access_audit_of_principal ON access_audit (principal, no);
