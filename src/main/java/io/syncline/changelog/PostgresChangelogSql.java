package io.syncline.changelog;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Every statement is a journey to the server, so a page goes in few: changes by COPY, the rest as arrays. */
final class PostgresChangelogSql implements ChangelogSql {

    /** The channel of LISTEN and NOTIFY. */
    static final String CHANNEL = "syncline_changelog";

    @Override
    public String forUpdate() {
        return " FOR UPDATE";
    }

    @Override
    public void findLatest(Connection connection, EntityCollection collection, Map<String, Latest> entities)
            throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT entity_id, seq, digest, scope, version, partial FROM entity"
                        + " WHERE collection_no = ? AND entity_id = ANY (?)")) {
            statement.setInt(1, collection.no);
            statement.setArray(
                    2, connection.createArrayOf("text", entities.keySet().toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                ChangelogSql.readLatest(rows, entities);
            }
        }
    }

    @Override
    public void insertChanges(Connection connection, List<NewChange> changes, long first) throws SQLException {
        CopyIn copy = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn(
                        "COPY change (seq, collection_no, entity_id, operation, previous_seq, occurred_at, scope, previous_scope, data)"
                                + " FROM STDIN (FORMAT binary)");
        try {
            BinaryCopy rows = new BinaryCopy();
            for (int i = 0; i < changes.size(); i++) {
                NewChange change = changes.get(i);
                rows.row(9)
                        .bigint(first + i)
                        .integer(change.collection().no)
                        .text(change.entityId())
                        .smallint(change.operation().code())
                        .bigint(Latest.resolved(change.previous(), first))
                        .bigint(change.occurredAt())
                        .text(change.scope())
                        .text(change.previousScope())
                        .bytes(change.data());
                rows.sendTo(copy, BinaryCopy.FULL);
            }
            rows.end().sendTo(copy, 0);
            copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    @Override
    public void upsertLatest(Connection connection, Collection<Latest> entities, long first) throws SQLException {
        int size = entities.size();
        Object[] collections = new Object[size];
        Object[] ids = new Object[size];
        Object[] seqs = new Object[size];
        byte[][] digests = new byte[size][];
        Object[] scopes = new Object[size];
        Object[] versions = new Object[size];
        Object[] partials = new Object[size];
        Object[] firsts = new Object[size];
        int i = 0;
        for (Latest entity : entities) {
            collections[i] = entity.collection.no;
            ids[i] = entity.entityId;
            seqs[i] = Latest.resolved(entity.seq(), first);
            digests[i] = entity.digest();
            scopes[i] = entity.scope();
            versions[i] = entity.version().isPresent() ? entity.version().getAsLong() : null;
            partials[i] = entity.partial();
            firsts[i] = Latest.resolved(entity.first(), first);
            i++;
        }
        try (PreparedStatement statement = connection.prepareStatement(
                "INSERT INTO entity (collection_no, entity_id, seq, digest, scope, version, partial, first_seq)"
                        + " SELECT * FROM unnest(?::INTEGER[], ?::TEXT[], ?::BIGINT[], ?::BYTEA[], ?::TEXT[], ?::BIGINT[], ?::BOOLEAN[], ?::BIGINT[])"
                        + " ON CONFLICT (collection_no, entity_id) DO UPDATE SET seq = excluded.seq, digest = excluded.digest,"
                        + " scope = excluded.scope, version = excluded.version, partial = excluded.partial")) {
            statement.setArray(1, connection.createArrayOf("int4", collections));
            statement.setArray(2, connection.createArrayOf("text", ids));
            statement.setArray(3, connection.createArrayOf("int8", seqs));
            statement.setArray(4, connection.createArrayOf("bytea", digests));
            statement.setArray(5, connection.createArrayOf("text", scopes));
            statement.setArray(6, connection.createArrayOf("int8", versions));
            statement.setArray(7, connection.createArrayOf("bool", partials));
            statement.setArray(8, connection.createArrayOf("int8", firsts));
            statement.executeUpdate();
        }
    }

    @Override
    public void announce(Connection connection, String announcement) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT pg_notify(?, ?)")) {
            statement.setString(1, CHANNEL);
            statement.setString(2, announcement);
            statement.execute();
        }
    }

    @Override
    public String numbersAsRows() {
        return "(SELECT value FROM unnest(?) AS each (value))";
    }

    @Override
    public void setNumbers(Connection connection, PreparedStatement statement, int index, List<Long> numbers)
            throws SQLException {
        statement.setArray(index, connection.createArrayOf("int8", numbers.toArray()));
    }

    /** PostgreSQL's binary COPY format: a header, then for each row the count of its fields and each field with its length. */
    private static final class BinaryCopy {

        /** Sent on when it holds this many bytes. */
        static final int FULL = 64 * 1024;

        private static final byte[] HEADER = {
            'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
        };

        private ByteBuffer buffer = ByteBuffer.allocate(FULL + 8 * 1024).put(HEADER);

        BinaryCopy row(int fields) {
            room(2).putShort((short) fields);
            return this;
        }

        BinaryCopy bigint(long value) {
            room(12).putInt(8).putLong(value);
            return this;
        }

        BinaryCopy integer(int value) {
            room(8).putInt(4).putInt(value);
            return this;
        }

        BinaryCopy smallint(int value) {
            room(6).putInt(2).putShort((short) value);
            return this;
        }

        BinaryCopy text(String value) {
            return bytes(value == null ? null : value.getBytes(StandardCharsets.UTF_8));
        }

        BinaryCopy bytes(byte[] value) {
            if (value == null) {
                room(4).putInt(-1);
            } else {
                room(4 + value.length).putInt(value.length).put(value);
            }
            return this;
        }

        BinaryCopy end() {
            room(2).putShort((short) -1);
            return this;
        }

        void sendTo(CopyIn copy, int from) throws SQLException {
            if (buffer.position() > from) {
                copy.writeToCopy(buffer.array(), 0, buffer.position());
                buffer.clear();
            }
        }

        private ByteBuffer room(int more) {
            if (buffer.remaining() < more) {
                int used = buffer.position();
                buffer = ByteBuffer.wrap(Arrays.copyOf(buffer.array(), Math.max(2 * buffer.capacity(), used + more)));
                buffer.position(used);
            }
            return buffer;
        }
    }
}
