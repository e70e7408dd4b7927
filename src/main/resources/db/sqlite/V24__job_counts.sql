-- How many jobs an integration has of each status, kept in the transactions that write them, so that nobody counts rows.
CREATE TABLE job_count (
    integration_no INTEGER NOT NULL,
    status         TEXT    NOT NULL,
    jobs           INTEGER NOT NULL,
    PRIMARY KEY (integration_no, status)
) WITHOUT ROWID;

INSERT INTO job_count SELECT integration_no, status, COUNT(*) FROM job GROUP BY integration_no, status;

CREATE TRIGGER job_made AFTER INSERT ON job BEGIN
    INSERT INTO job_count VALUES (NEW.integration_no, NEW.status, 1)
        ON CONFLICT (integration_no, status) DO UPDATE SET jobs = jobs + 1;
END;

CREATE TRIGGER job_moved AFTER UPDATE OF status ON job WHEN OLD.status <> NEW.status BEGIN
    UPDATE job_count SET jobs = jobs - 1 WHERE integration_no = OLD.integration_no AND status = OLD.status;
    INSERT INTO job_count VALUES (NEW.integration_no, NEW.status, 1)
        ON CONFLICT (integration_no, status) DO UPDATE SET jobs = jobs + 1;
END;

CREATE TRIGGER job_deleted AFTER DELETE ON job BEGIN
    UPDATE job_count SET jobs = jobs - 1 WHERE integration_no = OLD.integration_no AND status = OLD.status;
END;
