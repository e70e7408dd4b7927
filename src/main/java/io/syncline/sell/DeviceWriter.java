package io.syncline.sell;

import io.syncline.storage.Database;
import io.syncline.storage.DatabaseException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes devices, all that wait in one transaction: however many devices acknowledge at once, the disk is waited for once. Who comes while
 * nobody writes does not wait for others. Several writes of one device are written in the order in which they were begun. Safe for use by many
 * threads.
 */
final class DeviceWriter {

    /** How sure a write is when it is written. */
    enum Durability {
        /** No crash of the process takes it back; a power cut may. */
        OUTLIVES_PROCESS,
        /** The disk has it, as far as the database can tell. */
        ON_DISK
    }

    private final Database database;
    private final Queue<Pending> waiting = new ConcurrentLinkedQueue<>();
    /** Held by who writes for all. */
    private final ReentrantLock turn = new ReentrantLock();

    DeviceWriter(Database database) {
        this.database = database;
    }

    /** A write that has begun. Safe for use by many threads. */
    static final class Pending {

        private enum State {
            OPEN,
            WRITTEN,
            REFUSED,
            FAILED
        }

        private final DeviceWriter writer;
        private final DeviceWrite write;
        private final Durability durability;
        private volatile State state = State.OPEN;
        /** Set before the state is. */
        private Optional<SQLException> failure = Optional.empty();

        private Pending(DeviceWriter writer, DeviceWrite write, Durability durability) {
            this.writer = writer;
            this.write = write;
            this.durability = durability;
        }

        /**
         * Waits until it is over.
         *
         * @return whether it was written; not if the device has been changed or removed meanwhile
         * @throws DatabaseException if the database failed
         */
        boolean await() {
            settle();
            if (state == State.FAILED) {
                SQLException cause = failure.orElseThrow();
                throw new DatabaseException("Cannot write a device: " + cause.getMessage(), cause);
            }
            return state == State.WRITTEN;
        }

        /** Waits until it is over, well or not. */
        void settle() {
            if (state == State.OPEN) {
                writer.settle(this);
            }
        }

        /** Whether it is over, and well. */
        boolean isWritten() {
            return state == State.WRITTEN;
        }

        private void end(boolean written) {
            state = written ? State.WRITTEN : State.REFUSED;
        }

        private void fail(SQLException cause) {
            failure = Optional.of(cause);
            state = State.FAILED;
        }
    }

    /** Begins to write a device. It is written when somebody waits for it, or for another one that was begun later. */
    Pending begin(DeviceWrite write, Durability durability) {
        Pending own = new Pending(this, write, durability);
        waiting.add(own);
        return own;
    }

    private void settle(Pending own) {
        turn.lock();
        try {
            if (own.state == Pending.State.OPEN) {
                writeAll();
            }
        } finally {
            turn.unlock();
        }
    }

    private void writeAll() {
        List<Pending> all = new ArrayList<>();
        for (Pending next = waiting.poll(); next != null; next = waiting.poll()) {
            all.add(next);
        }
        // Two nodes take the rows in the same order; those of one device keep theirs.
        all.sort(Comparator.comparingLong(one -> one.write.no()));
        try (Connection connection = database.writer().getConnection()) {
            boolean onDisk = all.stream().anyMatch(one -> one.durability == Durability.ON_DISK);
            List<Boolean> written = database.dialect() == Database.Dialect.SQLITE
                    ? onSqlite(connection, all, onDisk)
                    : onPostgresql(connection, all, onDisk);
            for (int at = 0; at < all.size(); at++) {
                all.get(at).end(written.get(at));
            }
        } catch (SQLException e) {
            all.forEach(one -> one.fail(e));
        } catch (RuntimeException e) {
            all.forEach(one -> one.fail(new SQLException(e)));
            throw e;
        }
    }

    private static List<Boolean> onSqlite(Connection connection, List<Pending> all, boolean onDisk)
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

    private static List<Boolean> onPostgresql(Connection connection, List<Pending> all, boolean onDisk)
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

    private static List<Boolean> inOneTransaction(Connection connection, List<Pending> all) throws SQLException {
        connection.setAutoCommit(false);
        try {
            List<DeviceWrite> current = new ArrayList<>(all.size());
            List<Boolean> written = new ArrayList<>(all.size());
            try (PreparedStatement update = connection.prepareStatement(
                    "UPDATE device SET positions = ?, promise = ?, started_at = ?, version = ? WHERE no = ? AND version = ?")) {
                for (Pending one : all) {
                    boolean isCurrent = update(update, one.write);
                    written.add(isCurrent);
                    if (isCurrent) {
                        current.add(one.write);
                    }
                }
            }
            Collection<Chunk> chunks = newest(current);
            remove(connection, chunks);
            put(connection, chunks);
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
        update.setLong(4, write.nextVersion());
        update.setLong(5, write.no());
        update.setLong(6, write.version());
        return update.executeUpdate() == 1;
    }

    private record Chunk(long device, DeviceWrite.Chunk content) {}

    /** What is left of each chunk after all writes. */
    private static Collection<Chunk> newest(List<DeviceWrite> writes) {
        Map<List<Long>, Chunk> newest = new LinkedHashMap<>();
        for (DeviceWrite write : writes) {
            for (DeviceWrite.Chunk chunk : write.chunks()) {
                newest.put(List.of(write.no(), (long) chunk.kind(), chunk.number()), new Chunk(write.no(), chunk));
            }
        }
        return newest.values();
    }

    private static void remove(Connection connection, Collection<Chunk> chunks) throws SQLException {
        if (chunks.stream().noneMatch(chunk -> chunk.content().isRemoved())) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(
                "DELETE FROM device_revisions WHERE device_no = ? AND kind = ? AND chunk = ?")) {
            for (Chunk chunk : chunks) {
                if (chunk.content().isRemoved()) {
                    name(statement, chunk);
                    statement.addBatch();
                }
            }
            statement.executeBatch();
        }
    }

    private static void put(Connection connection, Collection<Chunk> chunks) throws SQLException {
        if (chunks.stream().allMatch(chunk -> chunk.content().isRemoved())) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(
                "INSERT INTO device_revisions (device_no, kind, chunk, revisions) VALUES (?, ?, ?, ?)"
                        + " ON CONFLICT (device_no, kind, chunk) DO UPDATE SET revisions = excluded.revisions")) {
            for (Chunk chunk : chunks) {
                if (!chunk.content().isRemoved()) {
                    name(statement, chunk);
                    statement.setBytes(4, chunk.content().revisions().array());
                    statement.addBatch();
                }
            }
            statement.executeBatch();
        }
    }

    private static void name(PreparedStatement statement, Chunk chunk) throws SQLException {
        statement.setLong(1, chunk.device());
        statement.setInt(2, chunk.content().kind());
        statement.setLong(3, chunk.content().number());
    }
}
