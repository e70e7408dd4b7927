package io.syncline.sell;

import io.syncline.storage.Database;
import io.syncline.storage.DatabaseException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The devices' tables. Safe for use by many threads. */
final class DeviceStore implements AutoCloseable {

    /** The kinds of sets, as in {@link DeviceState}. */
    static final int UNACKNOWLEDGED = 1;

    static final int NOT_HAD = 2;
    static final int AHEAD = 3;
    static final int SERVED = 4;

    private final Database database;
    private final DeviceWriter writer;
    /** Opened when they are needed first; guarded by this object. */
    private Optional<Marks> marks = Optional.empty();

    DeviceStore(Database database) {
        this.database = database;
        this.writer = new DeviceWriter(database);
    }

    Optional<StoredDevice> load(DeviceKey key) {
        try (Connection connection = database.reader().getConnection()) {
            connection.setAutoCommit(false);
            if (database.dialect() == Database.Dialect.POSTGRESQL) {
                connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            }
            try (PreparedStatement statement = connection.prepareStatement(
                    "SELECT no, started_at, version, positions, promise FROM device WHERE principal = ? AND uuid = ?")) {
                statement.setString(1, key.principal());
                statement.setString(2, key.uuid());
                try (ResultSet row = statement.executeQuery()) {
                    if (!row.next()) {
                        return Optional.empty();
                    }
                    long no = row.getLong(1);
                    DeviceState state = new DeviceState(
                            Positions.read(row.getBytes(4)),
                            revisions(connection, no, UNACKNOWLEDGED),
                            revisions(connection, no, NOT_HAD),
                            revisions(connection, no, AHEAD),
                            revisions(connection, no, SERVED));
                    keepPromise(no, row.getBytes(5), state);
                    return Optional.of(new StoredDevice(no, row.getLong(2), row.getLong(3), state));
                }
            } finally {
                connection.rollback();
            }
        } catch (SQLException e) {
            throw failed("read", e);
        }
    }

    private void keepPromise(long device, byte[] bytes, DeviceState state) {
        if (bytes.length > 0) {
            Promise promise = Promise.read(bytes);
            if (marks().isSet(device, promise)) {
                promise.keep(state.served());
            }
        }
    }

    private synchronized Marks marks() {
        if (marks.isEmpty()) {
            marks = Optional.of(Marks.beside(database));
        }
        return marks.get();
    }

    /** Whether no other process writes devices: a file has one. Then what is promised can be given out by a mark. */
    boolean isAlone() {
        return database.dialect() == Database.Dialect.SQLITE;
    }

    /** What was promised to a device with the last {@link #write} of it is given out. No crash of the process takes that back. */
    void giveOut(StoredDevice device, Promise promise) {
        marks().set(device.no(), promise);
    }

    @Override
    public synchronized void close() {
        marks.ifPresent(Marks::close);
        marks = Optional.empty();
    }

    private static RevisionSet revisions(Connection connection, long device, int kind) throws SQLException {
        RevisionSet revisions = new RevisionSet();
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT chunk, revisions FROM device_revisions WHERE device_no = ? AND kind = ?")) {
            statement.setLong(1, device);
            statement.setInt(2, kind);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    revisions.load(rows.getLong(1), rows.getBytes(2));
                }
            }
        }
        return revisions;
    }

    /** Adds a device that has seen nothing yet; one that is there already stays as it is. */
    void add(DeviceKey key, long now) {
        try (Connection connection = database.writer().getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "INSERT INTO device (principal, uuid, created_at, started_at, version, positions)"
                                + " VALUES (?, ?, ?, ?, 1, ?) ON CONFLICT DO NOTHING")) {
            statement.setString(1, key.principal());
            statement.setString(2, key.uuid());
            statement.setLong(3, now);
            statement.setLong(4, now);
            statement.setBytes(5, new byte[0]);
            statement.executeUpdate();
        } catch (SQLException e) {
            throw failed("add", e);
        }
    }

    /** Begins to write a device, after what has been begun of it. */
    DeviceWriter.Pending write(DeviceWrite write, DeviceWriter.Durability durability) {
        return writer.begin(write, durability);
    }

    /** Whether a device is still stored as it was read or written here last; another node may have changed it. */
    boolean isCurrent(StoredDevice device) {
        try (Connection connection = database.reader().getConnection();
                PreparedStatement statement =
                        connection.prepareStatement("SELECT 1 FROM device WHERE no = ? AND version = ?")) {
            statement.setLong(1, device.no());
            statement.setLong(2, device.version());
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        } catch (SQLException e) {
            throw failed("read", e);
        }
    }

    /** When the devices of a principal that have started a session after {@code since} did so last, in ascending order. */
    List<Long> startsAfter(String principal, long since) {
        return database.jdbi().withHandle(handle -> handle.createQuery("SELECT started_at FROM device"
                        + " WHERE principal = :principal AND started_at > :since ORDER BY started_at")
                .bind("principal", principal)
                .bind("since", since)
                .mapTo(Long.class)
                .list());
    }

    /** The devices of a principal, the last one to start a session first. */
    List<DeviceSummary> list(String principal) {
        return database.jdbi().withHandle(handle -> handle.createQuery("SELECT uuid, created_at, started_at FROM device"
                        + " WHERE principal = :principal ORDER BY started_at DESC, uuid")
                .bind("principal", principal)
                .map((row, context) -> new DeviceSummary(
                        row.getString(1), Instant.ofEpochMilli(row.getLong(2)), Instant.ofEpochMilli(row.getLong(3))))
                .list());
    }

    /**
     * Removes a device and all that is known of it.
     *
     * @return whether there was such a device
     */
    boolean remove(DeviceKey key) {
        return database.jdbi()
                .withHandle(handle ->
                        handle.createUpdate("DELETE FROM device WHERE principal = :principal AND uuid = :uuid")
                                        .bind("principal", key.principal())
                                        .bind("uuid", key.uuid())
                                        .execute()
                                > 0);
    }

    private static DatabaseException failed(String what, SQLException e) {
        return new DatabaseException("Cannot " + what + " a device: " + e.getMessage(), e);
    }
}
