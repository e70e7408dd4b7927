-- The record that the job failed with, as JSON: entityType, entityId, reason, raw.
ALTER TABLE job ADD COLUMN error_record TEXT;
