package io.syncline.changelog;

import io.syncline.storage.Database;
import io.syncline.storage.DatabaseException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Removes what newer changes have made superfluous, in transactions short enough for appends to go on in between. Never touches what
 * appends touch last, the counter, nor the newest change of an entity that lives.
 */
final class Compaction {

    private static final int BATCH = 1_000;

    private final Database database;
    private final ChangelogSql sql;
    private final Entities entities;
    private final Heads heads;
    private final Clock clock;
    private final BooleanSupplier stopped;

    Compaction(Database database, Entities entities, Heads heads, Clock clock, BooleanSupplier stopped) {
        this.database = database;
        this.sql = ChangelogSql.of(database.dialect());
        this.entities = entities;
        this.heads = heads;
        this.clock = clock;
        this.stopped = stopped;
    }

    Compacted run(Retention retention) {
        try {
            long superseded = removeSuperseded(lastOlderThan(retention.superseded()));
            // Where a clock went wrong, what is old by one age need not be old by the other.
            long tombstones = removeTombstones(Math.min(lastOlderThan(retention.tombstones()), compactedTo()));
            database.emptyLog();
            return new Compacted(superseded, tombstones);
        } catch (SQLException e) {
            throw new DatabaseException("Cannot compact the changelog: " + e.getMessage(), e);
        }
    }

    /** The last change that was appended so long ago; 0 for none. */
    private long lastOlderThan(Duration age) throws SQLException {
        try (Connection connection = database.reader().getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "SELECT last_seq FROM append WHERE at <= ? ORDER BY at DESC, last_seq DESC LIMIT 1")) {
            statement.setLong(1, clock.millis() - age.toMillis());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
            }
        }
    }

    /** A tombstone beyond it may be all that tells the end of an entity whose earlier changes are still there. */
    private long compactedTo() throws SQLException {
        try (Connection connection = database.reader().getConnection()) {
            return CursorState.load(connection).compactedTo();
        }
    }

    private long removeSuperseded(long to) throws SQLException {
        long removed = 0;
        Optional<Long> batch = Optional.of(0L);
        while (batch.isPresent() && !stopped.getAsBoolean()) {
            batch = inTransaction(connection -> supersededBatch(connection, to));
            removed += batch.orElse(0L);
        }
        return removed;
    }

    /** Looks at the next changes in sequence: what each of them supersedes goes. Empty when all are looked at. */
    private Optional<Long> supersededBatch(Connection connection, long to) throws SQLException {
        long from = lockedState(connection).compactedTo();
        if (from >= to) {
            return Optional.empty();
        }
        long through = Math.min(to, from + BATCH);
        List<Long> removed = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(
                "DELETE FROM change WHERE seq IN (SELECT previous_seq FROM change WHERE seq > ? AND seq <= ? AND previous_seq <> 0)"
                        + " RETURNING seq")) {
            statement.setLong(1, from);
            statement.setLong(2, through);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    removed.add(rows.getLong(1));
                }
            }
        }
        // What is first of its life now is a creation to whoever reads from the beginning.
        try (PreparedStatement statement =
                connection.prepareStatement("UPDATE change SET previous_seq = 0, operation = CASE operation WHEN "
                        + Operation.UPDATED.code() + " THEN " + Operation.CREATED.code()
                        + " ELSE operation END WHERE seq > ? AND seq <= ? AND previous_seq <> 0")) {
            statement.setLong(1, from);
            statement.setLong(2, through);
            statement.executeUpdate();
        }
        removeEmptyAppends(connection, removed);
        saveState(connection, "compacted_to", through);
        return Optional.of((long) removed.size());
    }

    private long removeTombstones(long to) throws SQLException {
        long removed = 0;
        long from = 0;
        while (!stopped.getAsBoolean()) {
            List<Entities.Tombstone> batch = tombstonesAfter(from, to);
            if (batch.isEmpty()) {
                break;
            }
            removed += inTransaction(connection -> tombstoneBatch(connection, batch));
            from = batch.get(batch.size() - 1).seq();
        }
        return removed;
    }

    private List<Entities.Tombstone> tombstonesAfter(long from, long to) throws SQLException {
        List<Entities.Tombstone> tombstones = new ArrayList<>();
        try (Connection connection = database.reader().getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "SELECT seq, entity_no, collection_no, entity_id FROM change WHERE operation = "
                                + Operation.DELETED.code() + " AND seq > ? AND seq <= ? ORDER BY seq LIMIT " + BATCH)) {
            statement.setLong(1, from);
            statement.setLong(2, to);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    tombstones.add(new Entities.Tombstone(
                            rows.getLong(1), rows.getLong(2), rows.getInt(3), rows.getString(4)));
                }
            }
        }
        return tombstones;
    }

    private long tombstoneBatch(Connection connection, List<Entities.Tombstone> batch) throws SQLException {
        CursorState state = lockedState(connection);
        lockIntegrations(connection);
        List<Entities.Tombstone> latest = entities.remove(connection, batch);
        if (latest.isEmpty()) {
            return 0;
        }
        Map<Integer, Long> lastOfCollection = new HashMap<>();
        List<Long> removed = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement("DELETE FROM change WHERE seq = ?")) {
            for (Entities.Tombstone tombstone : latest) {
                statement.setLong(1, tombstone.seq());
                statement.addBatch();
                removed.add(tombstone.seq());
                lastOfCollection.merge(tombstone.collectionNo(), tombstone.seq(), Math::max);
            }
            statement.executeBatch();
        }
        raiseRemovedTo(connection, lastOfCollection);
        removeEmptyAppends(connection, removed);
        saveState(connection, "tombstone_horizon", Math.max(state.horizon(), removed.get(removed.size() - 1)));
        return removed.size();
    }

    private static void raiseRemovedTo(Connection connection, Map<Integer, Long> lastOfCollection) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("UPDATE collection SET removed_to = ? WHERE no = ? AND removed_to < ?")) {
            for (Map.Entry<Integer, Long> last : lastOfCollection.entrySet()) {
                statement.setLong(1, last.getValue());
                statement.setInt(2, last.getKey());
                statement.setLong(3, last.getValue());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /** An append is remembered as long as one of its changes is, to tell which job brought it. */
    private void removeEmptyAppends(Connection connection, List<Long> removed) throws SQLException {
        if (removed.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(
                "DELETE FROM append WHERE last_seq IN (SELECT (SELECT min(a.last_seq) FROM append a WHERE a.last_seq >= r.value) FROM "
                        + sql.numbersAsRows()
                        + " AS r) AND NOT EXISTS (SELECT 1 FROM change c WHERE c.seq <= append.last_seq"
                        + " AND c.seq > coalesce((SELECT max(b.last_seq) FROM append b WHERE b.last_seq < append.last_seq), 0))")) {
            sql.setNumbers(connection, statement, 1, removed);
            statement.executeUpdate();
        }
    }

    /** Keeps appends from holding on to what was known of an entity that is being removed. */
    private void lockIntegrations(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT no FROM integration ORDER BY no" + sql.forUpdate())) {
            statement.executeQuery().close();
        }
    }

    private CursorState lockedState(Connection connection) throws SQLException {
        // On PostgreSQL this keeps the compactions of several nodes apart.
        try (PreparedStatement statement =
                        connection.prepareStatement("SELECT one FROM cursor_state WHERE one = 1" + sql.forUpdate());
                ResultSet row = statement.executeQuery()) {
            row.next();
        }
        return CursorState.load(connection);
    }

    private static void saveState(Connection connection, String column, long value) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("UPDATE cursor_state SET " + column + " = ? WHERE one = 1")) {
            statement.setLong(1, value);
            statement.executeUpdate();
        }
    }

    private interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    private <T> T inTransaction(Work<T> work) throws SQLException {
        try (Connection connection = database.writer().getConnection()) {
            connection.setAutoCommit(false);
            try {
                T done = work.in(connection);
                connection.commit();
                heads.reloadCursorState(connection);
                connection.commit();
                return done;
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        }
    }
}
