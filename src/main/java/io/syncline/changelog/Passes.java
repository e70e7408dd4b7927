package io.syncline.changelog;

import io.syncline.storage.Database;
import io.syncline.storage.DatabaseException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.roaringbitmap.longlong.Roaring64Bitmap;

/**
 * What jobs that pull from the beginning have written down with their pages. Safe for use by many threads.
 *
 * @see Pass
 */
public final class Passes {

    /** Rows that a driver fetches at a time where it would else fetch all. */
    private static final int FETCH = 5_000;

    private final Database database;

    Passes(Database database) {
        this.database = database;
    }

    /** Where a job stands, by stream; a stream that it has not begun is not there. */
    public Map<String, PassPosition> positions(String jobId) {
        Map<String, PassPosition> positions = new HashMap<>();
        database.jdbi().useHandle(handle -> handle.createQuery(
                        "SELECT stream, checkpoint, drained, processed, total FROM job_stream WHERE job_id = :job")
                .bind("job", jobId)
                .map((row, context) -> {
                    long total = row.getLong(5);
                    OptionalLong known = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(total);
                    positions.put(
                            row.getString(1),
                            new PassPosition(
                                    Optional.ofNullable(row.getString(2)), row.getBoolean(3), row.getLong(4), known));
                    return true;
                })
                .list());
        return positions;
    }

    /**
     * What a job that pulled everything did not see.
     *
     * @param beganAt the changelog's head when it began: what has changed since is known to live
     * @return empty if it saw something that does not tell which entity it is, so that none can be said to be missing
     */
    public Optional<Unseen> unseen(String integrationId, String jobId, long beganAt) {
        try (Connection connection = database.reader().getConnection()) {
            connection.setAutoCommit(false);
            try {
                return isUnsure(connection, jobId)
                        ? Optional.empty()
                        : Optional.of(unseen(connection, integrationId, seen(connection, jobId), beganAt));
            } finally {
                connection.rollback();
            }
        } catch (SQLException | IOException e) {
            throw new DatabaseException("Cannot find what a full sync did not see: " + e.getMessage(), e);
        }
    }

    private static boolean isUnsure(Connection connection, String jobId) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT unsure FROM job WHERE id = ?")) {
            statement.setString(1, jobId);
            try (ResultSet row = statement.executeQuery()) {
                return !row.next() || row.getBoolean(1);
            }
        }
    }

    private static Roaring64Bitmap seen(Connection connection, String jobId) throws SQLException, IOException {
        Roaring64Bitmap all = new Roaring64Bitmap();
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT entities FROM job_seen WHERE job_id = ?")) {
            statement.setFetchSize(FETCH / 10);
            statement.setString(1, jobId);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    Roaring64Bitmap page = new Roaring64Bitmap();
                    page.deserialize(ByteBuffer.wrap(rows.getBytes(1)));
                    all.or(page);
                }
            }
        }
        return all;
    }

    private Unseen unseen(Connection connection, String integrationId, Roaring64Bitmap seen, long beganAt)
            throws SQLException {
        Map<Integer, Collected> collections = new HashMap<>();
        // Of every entity as little as can be, since nearly all were seen.
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT e.collection_no, CASE WHEN e.seq <= ? THEN e.first_seq ELSE 0 END FROM collection c"
                        + " JOIN integration i ON i.no = c.integration_no JOIN entity e ON e.collection_no = c.no"
                        + " WHERE i.id = ? AND e.digest IS NOT NULL")) {
            statement.setFetchSize(FETCH);
            statement.setLong(1, beganAt);
            statement.setString(2, integrationId);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    Collected collection = collections.computeIfAbsent(rows.getInt(1), no -> new Collected());
                    collection.living++;
                    long number = rows.getLong(2);
                    if (number > 0 && !seen.contains(number)) {
                        collection.missing.add(number);
                    }
                }
            }
        }
        Map<String, List<EntityKey>> missing = new HashMap<>();
        Map<String, Long> living = new HashMap<>();
        Map<Integer, String> types = types(connection, integrationId);
        for (Map.Entry<Integer, Collected> one : collections.entrySet()) {
            String type = types.get(one.getKey());
            List<Long> numbers = one.getValue().missing;
            living.put(type, one.getValue().living);
            if (!numbers.isEmpty()) {
                missing.put(type, keys(connection, type, numbers));
            }
        }
        return new Unseen(missing, living);
    }

    /** What is found of one collection. */
    private static final class Collected {

        private final List<Long> missing = new ArrayList<>();
        private long living;
    }

    private static Map<Integer, String> types(Connection connection, String integrationId) throws SQLException {
        Map<Integer, String> types = new HashMap<>();
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT c.no, c.entity_type FROM collection c JOIN integration i"
                        + " ON i.no = c.integration_no WHERE i.id = ?")) {
            statement.setString(1, integrationId);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    types.put(rows.getInt(1), rows.getString(2));
                }
            }
        }
        return types;
    }

    private List<EntityKey> keys(Connection connection, String type, List<Long> numbers) throws SQLException {
        ChangelogSql sql = ChangelogSql.of(database.dialect());
        List<EntityKey> keys = new ArrayList<>(numbers.size());
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT entity_id FROM entity WHERE first_seq IN " + sql.numbersAsRows())) {
            for (int from = 0; from < numbers.size(); from += FETCH) {
                List<Long> some = numbers.subList(from, Math.min(from + FETCH, numbers.size()));
                sql.setNumbers(connection, statement, 1, some);
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        keys.add(new EntityKey(type, rows.getString(1)));
                    }
                }
            }
        }
        return keys;
    }

    /**
     * Takes a job's checkpoints over as those of the streams, but for a stream whose own is newer.
     *
     * @throws FencedException if the fence is older than the integration's
     */
    public void adopt(String integrationId, long fence, String jobId) {
        database.jdbi().useTransaction(handle -> {
            Fences.require(handle, database.dialect(), integrationId, fence);
            handle.createUpdate("INSERT INTO checkpoint (integration_no, stream, value, updated_at)"
                            + " SELECT i.no, s.stream, s.checkpoint, s.updated_at FROM job_stream s, integration i"
                            + " WHERE s.job_id = :job AND i.id = :id AND s.checkpoint IS NOT NULL"
                            + " ON CONFLICT (integration_no, stream) DO UPDATE SET value = excluded.value,"
                            + " updated_at = excluded.updated_at WHERE checkpoint.updated_at <= excluded.updated_at")
                    .bind("job", jobId)
                    .bind("id", integrationId)
                    .execute();
        });
    }
}
