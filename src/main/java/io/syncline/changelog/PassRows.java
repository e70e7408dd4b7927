package io.syncline.changelog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.roaringbitmap.longlong.Roaring64Bitmap;

/** What one page writes down for the job that pulls from the beginning: where it stands, and which entities it has seen. */
final class PassRows {

    private final Connection connection;
    private final Page page;
    private final String jobId;
    private final Pass pass;

    PassRows(Connection connection, Page page, Pass pass) {
        this.connection = connection;
        this.page = page;
        this.jobId = page.jobId().orElseThrow();
        this.pass = pass;
    }

    /**
     * Writes.
     *
     * @param seenNow the entities that the page tells of
     * @param first the number of the page's first change
     * @param collections finds the collection of an entity type, however it is spelled
     */
    void write(
            Collection<Map<String, Latest>> seenNow,
            long first,
            Function<String, Optional<EntityCollection>> collections,
            Entities entities,
            long now)
            throws SQLException {
        savePosition(now);
        if (!pass.rollCall()) {
            return;
        }
        Roaring64Bitmap seen = new Roaring64Bitmap();
        for (Map<String, Latest> some : seenNow) {
            add(seen, some, first);
        }
        // What is set aside is there upstream, whatever is wrong with it.
        for (Map.Entry<EntityCollection, Map<String, Latest>> setAside :
                setAside(collections).entrySet()) {
            entities.find(connection, setAside.getKey(), setAside.getValue());
            add(seen, setAside.getValue(), first);
        }
        if (!seen.isEmpty()) {
            saveSeen(seen);
        }
        if (page.quarantined().stream()
                .anyMatch(record ->
                        record.entityId().isBlank() || record.entityType().isBlank())) {
            execute("UPDATE job SET unsure = (1 = 1) WHERE id = ?");
        }
    }

    private static void add(Roaring64Bitmap seen, Map<String, Latest> entities, long first) {
        for (Latest entity : entities.values()) {
            if (entity.living()) {
                seen.addLong(Latest.resolved(entity.first(), first));
            }
        }
    }

    /** By the id as it was sent, and as it is kept. */
    private Map<EntityCollection, Map<String, Latest>> setAside(
            Function<String, Optional<EntityCollection>> collections) {
        Map<EntityCollection, Map<String, Latest>> entities = new HashMap<>();
        for (Quarantined record : page.quarantined()) {
            if (record.entityId().isBlank()) {
                continue;
            }
            collections.apply(record.entityType()).ifPresent(collection -> Stream.of(
                            record.entityId(), record.entityId().toLowerCase(Locale.ROOT))
                    .forEach(id -> entities.computeIfAbsent(collection, c -> new HashMap<>())
                            .put(id, new Latest(collection, id))));
        }
        return entities;
    }

    private void savePosition(long now) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "INSERT INTO job_stream (job_id, stream, checkpoint, drained, processed, total, updated_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (job_id, stream) DO UPDATE SET"
                        + " checkpoint = COALESCE(excluded.checkpoint, job_stream.checkpoint), drained = excluded.drained,"
                        + " processed = job_stream.processed + excluded.processed,"
                        + " total = COALESCE(excluded.total, job_stream.total), updated_at = excluded.updated_at")) {
            statement.setString(1, jobId);
            statement.setString(2, page.stream());
            statement.setString(3, page.checkpoint().orElse(null));
            statement.setBoolean(4, pass.last());
            statement.setLong(5, page.observed().size() + page.quarantined().size());
            ChangelogSql.setLong(statement, 6, pass.total());
            statement.setLong(7, now);
            statement.executeUpdate();
        }
    }

    private void saveSeen(Roaring64Bitmap seen) throws SQLException {
        seen.runOptimize();
        ByteBuffer bytes = ByteBuffer.allocate((int) seen.serializedSizeInBytes());
        try {
            seen.serialize(bytes);
        } catch (IOException impossible) {
            throw new SQLException("cannot write down what was seen", impossible);
        }
        try (PreparedStatement statement =
                connection.prepareStatement("INSERT INTO job_seen (job_id, entities) VALUES (?, ?)")) {
            statement.setString(1, jobId);
            statement.setBytes(2, bytes.array());
            statement.executeUpdate();
        }
    }

    private void execute(String update) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(update)) {
            statement.setString(1, jobId);
            statement.executeUpdate();
        }
    }
}
