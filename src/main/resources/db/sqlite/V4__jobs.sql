-- Who asked for the job: schedule or request.
ALTER TABLE job ADD COLUMN origin TEXT NOT NULL DEFAULT 'schedule';
-- As JSON: what it was asked to do besides.
ALTER TABLE job ADD COLUMN options TEXT NOT NULL DEFAULT '{}';
-- What a job that is stopping was asked for: pause, stop, or stop_now.
ALTER TABLE job ADD COLUMN requested TEXT;
-- The changelog's head when it first ran: what has changed since then is known to live, though the job has not seen it.
ALTER TABLE job ADD COLUMN began_at_seq INTEGER;
-- It saw records that do not tell which entity they are, so nothing can be said to be missing.
ALTER TABLE job ADD COLUMN unsure INTEGER NOT NULL DEFAULT 0;
-- Deletes that wait for an approval.
ALTER TABLE job ADD COLUMN held_back INTEGER NOT NULL DEFAULT 0;
ALTER TABLE job ADD COLUMN approved_at INTEGER;
-- In percent.
ALTER TABLE job ADD COLUMN progress INTEGER NOT NULL DEFAULT 0;
-- Records that it will have processed, as far as that can be told.
ALTER TABLE job ADD COLUMN estimated_total INTEGER;
-- Records a second, over the last minutes that it ran.
ALTER TABLE job ADD COLUMN throughput REAL;

-- An integration runs one job at a time, and one more may wait for its turn.
CREATE UNIQUE INDEX running_job ON job (integration_no) WHERE status IN ('running', 'stopping');
CREATE UNIQUE INDEX queued_job ON job (integration_no) WHERE status = 'queued';

-- Ids sort by time. These hold all that counting and paging ask for.
DROP INDEX job_of_integration;
CREATE INDEX job_of_integration ON job (integration_no, id);
CREATE INDEX job_by_status ON job (status, integration_no, id);

-- Where a job that pulls from the beginning stands in each stream, apart from the stream's own checkpoint.
CREATE TABLE job_stream (
    job_id     TEXT    NOT NULL,
    stream     TEXT    NOT NULL,
    checkpoint TEXT,
    drained    INTEGER NOT NULL,
    processed  INTEGER NOT NULL,
    -- As the upstream estimates it; NULL where it does not.
    total      INTEGER,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (job_id, stream)
) WITHOUT ROWID;

-- Which entities a job that pulls from the beginning has seen: for each page a compressed set of their first_seq.
CREATE TABLE job_seen (
    no       INTEGER PRIMARY KEY,
    job_id   TEXT  NOT NULL,
    entities BLOB NOT NULL
);

CREATE INDEX job_seen_of_job ON job_seen (job_id);

CREATE TABLE job_log (
    job_id  TEXT     NOT NULL,
    no      INTEGER  NOT NULL,
    at      INTEGER   NOT NULL,
    -- 1 debug, 2 info, 3 warn, 4 error.
    level   INTEGER NOT NULL,
    message TEXT     NOT NULL,
    PRIMARY KEY (job_id, no)
) WITHOUT ROWID;

-- Whether its schedule was stopped by request, and what has become of all its jobs, those forgotten since among them.
ALTER TABLE integration ADD COLUMN stopped INTEGER NOT NULL DEFAULT 0;
ALTER TABLE integration ADD COLUMN jobs_completed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE integration ADD COLUMN jobs_failed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE integration ADD COLUMN jobs_made INTEGER NOT NULL DEFAULT 0;
-- Of the completed ones, in milliseconds.
ALTER TABLE integration ADD COLUMN jobs_duration INTEGER NOT NULL DEFAULT 0;

-- The checkpoint of the page that a record came with, to pull it again.
ALTER TABLE quarantine ADD COLUMN page_checkpoint TEXT;
