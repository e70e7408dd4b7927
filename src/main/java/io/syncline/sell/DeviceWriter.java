package io.syncline.sell;

import io.syncline.storage.Database;
import io.syncline.storage.DatabaseException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes devices, all that wait in one transaction: however many devices acknowledge at once, the disk is waited for once. Who comes while
 * nobody writes does not wait for others. Safe for use by many threads.
 */
final class DeviceWriter {

    /** How sure a write is when it returns. */
    enum Durability {
        /** No crash of the process takes it back; a power cut may. */
        OUTLIVES_PROCESS,
        /** The disk has it, as far as the database can tell. */
        ON_DISK
    }

    private final Database database;
    private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
    /** Held by who writes for all. */
    private final ReentrantLock turn = new ReentrantLock();

    DeviceWriter(Database database) {
        this.database = database;
    }

    /** Guarded by {@link #turn}. */
    private static final class Waiting {
        private final DeviceWrite write;
        private final Durability durability;
        private Optional<Boolean> written = Optional.empty();
        private Optional<SQLException> failure = Optional.empty();

        Waiting(DeviceWrite write, Durability durability) {
            this.write = write;
            this.durability = durability;
        }

        boolean isOpen() {
            return written.isEmpty() && failure.isEmpty();
        }
    }

    /**
     * Writes a device. No two threads write the same one at a time.
     *
     * @return whether it was written; not if it has been changed or removed meanwhile
     */
    boolean write(DeviceWrite write, Durability durability) {
        Waiting own = new Waiting(write, durability);
        waiting.add(own);
        turn.lock();
        try {
            if (own.isOpen()) {
                writeAll();
            }
            if (own.failure.isPresent()) {
                SQLException failure = own.failure.get();
                throw new DatabaseException("Cannot write a device: " + failure.getMessage(), failure);
            }
            return own.written.orElseThrow();
        } finally {
            turn.unlock();
        }
    }

    private void writeAll() {
        List<Waiting> all = new ArrayList<>();
        for (Waiting next = waiting.poll(); next != null; next = waiting.poll()) {
            all.add(next);
        }
        // Two nodes take the rows in the same order.
        all.sort(Comparator.comparingLong(one -> one.write.no()));
        try (Connection connection = database.writer().getConnection()) {
            boolean onDisk = all.stream().anyMatch(one -> one.durability == Durability.ON_DISK);
            List<Boolean> written = database.dialect() == Database.Dialect.SQLITE
                    ? onSqlite(connection, all, onDisk)
                    : onPostgresql(connection, all, onDisk);
            for (int at = 0; at < all.size(); at++) {
                all.get(at).written = Optional.of(written.get(at));
            }
        } catch (SQLException e) {
            all.forEach(one -> one.failure = Optional.of(e));
        } catch (RuntimeException e) {
            all.forEach(one -> one.failure = Optional.of(new SQLException(e)));
            throw e;
        }
    }

    private static List<Boolean> onSqlite(Connection connection, List<Waiting> all, boolean onDisk)
            throws SQLException {
        if (onDisk) {
            return inOneTransaction(connection, all);
        }
        execute(connection, "PRAGMA synchronous = NORMAL");
        try {
            return inOneTransaction(connection, all);
        } finally {
            execute(connection, "PRAGMA synchronous = FULL");
        }
    }

    private static List<Boolean> onPostgresql(Connection connection, List<Waiting> all, boolean onDisk)
            throws SQLException {
        connection.setAutoCommit(false);
        if (!onDisk) {
            execute(connection, "SET LOCAL synchronous_commit TO off");
        }
        return inOneTransaction(connection, all);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static List<Boolean> inOneTransaction(Connection connection, List<Waiting> all) throws SQLException {
        connection.setAutoCommit(false);
        try {
            List<DeviceWrite> current = new ArrayList<>(all.size());
            List<Boolean> written = new ArrayList<>(all.size());
            try (PreparedStatement update = connection.prepareStatement(
                    "UPDATE device SET positions = ?, promise = ?, started_at = ?, version = version + 1 WHERE no = ? AND version = ?")) {
                for (Waiting one : all) {
                    boolean isCurrent = update(update, one.write);
                    written.add(isCurrent);
                    if (isCurrent) {
                        current.add(one.write);
                    }
                }
            }
            chunks(
                    connection,
                    "DELETE FROM device_revisions WHERE device_no = ? AND kind = ? AND chunk = ?",
                    current,
                    true);
            chunks(
                    connection,
                    "INSERT INTO device_revisions (device_no, kind, chunk, revisions) VALUES (?, ?, ?, ?)"
                            + " ON CONFLICT (device_no, kind, chunk) DO UPDATE SET revisions = excluded.revisions",
                    current,
                    false);
            connection.commit();
            return written;
        } catch (SQLException | RuntimeException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private static boolean update(PreparedStatement update, DeviceWrite write) throws SQLException {
        update.setBytes(1, write.positions().array());
        update.setBytes(2, write.promise().array());
        update.setLong(3, write.startedAt());
        update.setLong(4, write.no());
        update.setLong(5, write.version());
        return update.executeUpdate() == 1;
    }

    /** Writes those chunks that are to be removed, or those that are not. */
    private static void chunks(Connection connection, String sql, List<DeviceWrite> writes, boolean removed)
            throws SQLException {
        if (writes.stream()
                .flatMap(write -> write.chunks().stream())
                .noneMatch(chunk -> chunk.isRemoved() == removed)) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (DeviceWrite write : writes) {
                for (DeviceWrite.Chunk chunk : write.chunks()) {
                    if (chunk.isRemoved() == removed) {
                        statement.setLong(1, write.no());
                        statement.setInt(2, chunk.kind());
                        statement.setLong(3, chunk.number());
                        if (!removed) {
                            statement.setBytes(4, chunk.revisions().array());
                        }
                        statement.addBatch();
                    }
                }
            }
            statement.executeBatch();
        }
    }
}
