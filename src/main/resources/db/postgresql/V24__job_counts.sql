-- How many jobs an integration has of each status, kept in the transactions that write them, so that nobody counts rows.
CREATE TABLE job_count (
    integration_no INTEGER NOT NULL,
    status         TEXT    NOT NULL,
    jobs           BIGINT  NOT NULL,
    PRIMARY KEY (integration_no, status)
);

INSERT INTO job_count SELECT integration_no, status, COUNT(*) FROM job GROUP BY integration_no, status;

CREATE FUNCTION count_job(integration INTEGER, of_status TEXT, change INTEGER) RETURNS VOID LANGUAGE sql AS $$
    INSERT INTO job_count VALUES (integration, of_status, change)
        ON CONFLICT (integration_no, status) DO UPDATE SET jobs = job_count.jobs + excluded.jobs
$$;

-- In the order of the statuses, so that no two transactions wait for each other.
CREATE FUNCTION count_jobs() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM count_job(NEW.integration_no, NEW.status, 1);
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM count_job(OLD.integration_no, OLD.status, -1);
    ELSIF OLD.status < NEW.status THEN
        PERFORM count_job(OLD.integration_no, OLD.status, -1);
        PERFORM count_job(NEW.integration_no, NEW.status, 1);
    ELSE
        PERFORM count_job(NEW.integration_no, NEW.status, 1);
        PERFORM count_job(OLD.integration_no, OLD.status, -1);
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER job_made_or_deleted AFTER INSERT OR DELETE ON job FOR EACH ROW EXECUTE FUNCTION count_jobs();

CREATE TRIGGER job_moved AFTER UPDATE OF status ON job FOR EACH ROW WHEN (OLD.status <> NEW.status)
    EXECUTE FUNCTION count_jobs();
