-- Schedules that were changed at run time. Times are milliseconds since the epoch, in UTC.
CREATE TABLE schedule (
    integration_id TEXT    PRIMARY KEY,
    -- Seconds of an interval, or a cron expression.
    chosen         TEXT    NOT NULL,
    -- What the settings said at that time: once they say something else, that is the newer decision.
    replaced       TEXT    NOT NULL,
    changed_at     INTEGER NOT NULL
) WITHOUT ROWID;

-- Integrations that pause because their upstream refuses the credentials.
CREATE TABLE pause (
    integration_id TEXT    PRIMARY KEY,
    until_at       INTEGER NOT NULL,
    -- In milliseconds; the next one in a row is twice as long.
    length         INTEGER NOT NULL,
    reason         TEXT    NOT NULL,
    -- A short digest of the integration's settings: with other ones the pause is over.
    settings       INTEGER NOT NULL
) WITHOUT ROWID;
