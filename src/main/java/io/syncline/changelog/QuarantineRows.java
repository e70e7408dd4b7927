package io.syncline.changelog;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;

/** What one page does to the quarantine: records that failed go in, entities that came well go out. */
final class QuarantineRows {

    private static final int LONGEST_REASON = 2_000;

    private final Connection connection;
    private final int integrationNo;
    private final Page page;
    private final long now;

    QuarantineRows(Connection connection, int integrationNo, Page page, long now) {
        this.connection = connection;
        this.integrationNo = integrationNo;
        this.page = page;
        this.now = now;
    }

    /** @param any whether the integration had anything in quarantine before */
    void write(boolean any, Collection<Map<String, Latest>> entities) throws SQLException {
        if (any) {
            release(entities);
        }
        if (!page.quarantined().isEmpty()) {
            keep();
        }
    }

    private void release(Collection<Map<String, Latest>> entities) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "DELETE FROM quarantine WHERE integration_no = ? AND stream = ? AND entity_type = ? AND record = ?")) {
            for (Map<String, Latest> some : entities) {
                for (Latest entity : some.values()) {
                    statement.setInt(1, integrationNo);
                    statement.setString(2, page.stream());
                    statement.setString(3, entity.collection.entityType);
                    statement.setBytes(4, digest(entity.entityId));
                    statement.addBatch();
                }
            }
            statement.executeBatch();
        }
    }

    private void keep() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "INSERT INTO quarantine (integration_no, stream, entity_type, entity_id, record, reason, raw, job_id, at,"
                        + " page_checkpoint) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, "
                        + (page.pass().isPresent()
                                ? "(SELECT checkpoint FROM job_stream WHERE job_id = ? AND stream = ?))"
                                : "(SELECT value FROM checkpoint WHERE integration_no = ? AND stream = ?))")
                        + " ON CONFLICT (integration_no, stream, entity_type, record) DO UPDATE SET reason = excluded.reason,"
                        + " raw = excluded.raw, job_id = excluded.job_id, at = excluded.at,"
                        + " page_checkpoint = excluded.page_checkpoint")) {
            for (Quarantined record : page.quarantined()) {
                String type = cut(StorableText.mended(record.entityType()), Observed.LONGEST_TEXT);
                String id = cut(StorableText.mended(record.entityId()), Observed.LONGEST_TEXT);
                statement.setInt(1, integrationNo);
                statement.setString(2, page.stream());
                statement.setString(3, type);
                statement.setString(4, id);
                statement.setBytes(5, digest(record.entityId().isEmpty() ? record.raw() : record.entityId()));
                statement.setString(6, cut(StorableText.mended(record.reason()), LONGEST_REASON));
                statement.setString(7, StorableText.mended(record.raw()));
                statement.setString(8, page.jobId().orElse(null));
                statement.setLong(9, now);
                if (page.pass().isPresent()) {
                    statement.setString(10, page.jobId().orElseThrow());
                } else {
                    statement.setInt(10, integrationNo);
                }
                statement.setString(11, page.stream());
                // Not as a batch: one page may hold a record twice, and one statement may not meet a row twice.
                statement.executeUpdate();
            }
        }
    }

    private static String cut(String text, int longest) {
        return text.length() <= longest ? text : StorableText.mended(text.substring(0, longest));
    }

    private static byte[] digest(String text) {
        return Sha256.fresh().digest(text.getBytes(StandardCharsets.UTF_8));
    }
}
