package io.syncline.changelog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;

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
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT entity_id, seq, digest, scope, version, partial, first_seq FROM entity"
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
        BinaryCopy rows = BinaryCopy.into(
                connection,
                "change (seq, collection_no, entity_id, operation, previous_seq, occurred_at, scope, previous_scope, data)");
        try (rows) {
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
            }
            rows.end();
        }
    }

    @Override
    public void writeLatest(Connection connection, Collection<Latest> entities, long first) throws SQLException {
        List<Latest> fresh = entities.stream().filter(Latest::fresh).toList();
        if (!fresh.isEmpty()) {
            insertLatest(connection, fresh, first);
        }
        if (fresh.size() < entities.size()) {
            updateLatest(
                    connection,
                    entities.stream().filter(entity -> !entity.fresh()).toList(),
                    first);
        }
    }

    private static void insertLatest(Connection connection, List<Latest> entities, long first) throws SQLException {
        BinaryCopy rows = BinaryCopy.into(
                connection, "entity (collection_no, entity_id, seq, first_seq, digest, scope, version, partial)");
        try (rows) {
            for (Latest entity : entities) {
                rows.row(8)
                        .integer(entity.collection.no)
                        .text(entity.entityId)
                        .bigint(Latest.resolved(entity.seq(), first))
                        .bigint(Latest.resolved(entity.first(), first))
                        .bytes(entity.digest())
                        .text(entity.scope());
                if (entity.version().isPresent()) {
                    rows.bigint(entity.version().getAsLong());
                } else {
                    rows.bytes(null);
                }
                rows.bool(entity.partial());
            }
            rows.end();
        }
    }

    private static void updateLatest(Connection connection, List<Latest> entities, long first) throws SQLException {
        int size = entities.size();
        Object[] collections = new Object[size];
        Object[] ids = new Object[size];
        Object[] seqs = new Object[size];
        byte[][] digests = new byte[size][];
        Object[] scopes = new Object[size];
        Object[] versions = new Object[size];
        Object[] partials = new Object[size];
        for (int i = 0; i < size; i++) {
            Latest entity = entities.get(i);
            collections[i] = entity.collection.no;
            ids[i] = entity.entityId;
            seqs[i] = Latest.resolved(entity.seq(), first);
            digests[i] = entity.digest();
            scopes[i] = entity.scope();
            versions[i] = entity.version().isPresent() ? entity.version().getAsLong() : null;
            partials[i] = entity.partial();
        }
        try (PreparedStatement statement =
                connection.prepareStatement("UPDATE entity SET seq = new.seq, digest = new.digest, scope = new.scope,"
                        + " version = new.version, partial = new.partial FROM"
                        + " unnest(?::INTEGER[], ?::TEXT[], ?::BIGINT[], ?::BYTEA[], ?::TEXT[], ?::BIGINT[], ?::BOOLEAN[])"
                        + " AS new (collection_no, entity_id, seq, digest, scope, version, partial)"
                        + " WHERE entity.collection_no = new.collection_no AND entity.entity_id = new.entity_id")) {
            statement.setArray(1, connection.createArrayOf("int4", collections));
            statement.setArray(2, connection.createArrayOf("text", ids));
            statement.setArray(3, connection.createArrayOf("int8", seqs));
            statement.setArray(4, connection.createArrayOf("bytea", digests));
            statement.setArray(5, connection.createArrayOf("text", scopes));
            statement.setArray(6, connection.createArrayOf("int8", versions));
            statement.setArray(7, connection.createArrayOf("bool", partials));
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
}
