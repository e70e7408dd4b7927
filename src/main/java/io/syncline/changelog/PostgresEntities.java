package io.syncline.changelog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** On PostgreSQL only what changes of a page is written, so an index by id is kept up as ever, and several nodes share it. Stateless. */
final class PostgresEntities implements Entities {

    @Override
    public void prepare(Connection connection) {
        // The index is always whole.
    }

    @Override
    public void find(Connection connection, EntityCollection collection, Map<String, Latest> entities)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT entity_id, seq, digest, scope, version, partial, first_seq FROM entity"
                        + " WHERE collection_no = ? AND entity_id = ANY (?)")) {
            statement.setInt(1, collection.no);
            statement.setArray(
                    2, connection.createArrayOf("text", entities.keySet().toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                Entities.read(rows, entities);
            }
        }
    }

    @Override
    public void write(Connection connection, Collection<Latest> entities, long first) throws SQLException {
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
    public void committed() {
        // Nothing is kept in memory.
    }
}
