package io.syncline.changelog;

import io.syncline.storage.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads changes by scope over one connection. What it gives includes what is asked for and may include more: a scope is looked up in an
 * index, all scopes but some are read whole.
 */
final class ViewRows {

    /** Of as many ordered reads one statement is made; beyond, the sequence is read and filtered. */
    private static final int MOST_MERGED = 200;

    /** Of a change that takes an entity out of a scope, as the index has it. */
    static final String MOVED = "previous_scope IS NOT NULL AND (scope IS NULL OR scope <> previous_scope)";

    /**
     * Looked up for each change in sequence, until there are enough for the page: of a join PostgreSQL may make one of all entities, anew
     * for every page.
     */
    private static final String NEWEST = " AND c.operation <> " + Operation.DELETED.code()
            + " AND c.seq = (SELECT e.seq FROM entity e WHERE e.first_seq = c.entity_no)";

    private final Connection connection;
    private final boolean postgresql;

    ViewRows(Connection connection, Database.Dialect dialect) {
        this.connection = connection;
        this.postgresql = dialect == Database.Dialect.POSTGRESQL;
    }

    /** A change as it is stored; {@code scope} and {@code previousScope} may be null. */
    record Row(
            long seq,
            int collection,
            String entityId,
            Operation operation,
            long previous,
            long occurredAt,
            String scope,
            String previousScope,
            Optional<byte[]> data) {}

    /** The changes after one number up to another, at most so many. */
    record Range(long after, long to, int limit) {}

    /** Takes rows in sequence. */
    interface Receiver {

        /**
         * Takes a row.
         *
         * @return whether it was taken; if not, nothing more is given
         */
        boolean receive(Row row);
    }

    /**
     * Changes that bring an entity into one of the scopes, keep it there or take it away.
     *
     * @return the number up to which everything was taken
     */
    long changes(Map<EntityCollection, Scopes> wanted, Range range, Receiver receiver) throws SQLException {
        return read(branches(wanted, false), wanted, range, false, receiver);
    }

    /**
     * Changes that are the newest of a living entity in one of the scopes.
     *
     * @return the number up to which everything was taken
     */
    long living(Map<EntityCollection, Scopes> wanted, Range range, Receiver receiver) throws SQLException {
        return read(branches(wanted, true), wanted, range, true, receiver);
    }

    private record Branch(String condition, int collection, String scope) {}

    private static List<Branch> branches(Map<EntityCollection, Scopes> wanted, boolean living) {
        List<Branch> branches = new ArrayList<>();
        wanted.forEach((collection, scopes) -> {
            if (scopes.allBut()) {
                branches.add(new Branch("c.collection_no = ?", collection.no, null));
                return;
            }
            for (String scope : scopes.named()) {
                branches.add(new Branch("c.collection_no = ? AND c.scope = ?", collection.no, scope));
                if (!living) {
                    branches.add(new Branch(
                            "c.collection_no = ? AND c.previous_scope = ? AND " + MOVED, collection.no, scope));
                }
            }
        });
        return branches;
    }

    private long read(
            List<Branch> branches, Map<EntityCollection, Scopes> wanted, Range range, boolean living, Receiver receiver)
            throws SQLException {
        if (branches.isEmpty()) {
            return range.to();
        }
        String newest = living ? NEWEST : "";
        try (PreparedStatement statement = branches.size() <= MOST_MERGED
                        ? merged(branches, newest, range)
                        : filtered(wanted, newest, range);
                ResultSet rows = statement.executeQuery()) {
            return receive(rows, range, receiver);
        }
    }

    private static long receive(ResultSet rows, Range range, Receiver receiver) throws SQLException {
        long reached = range.after();
        int count = 0;
        while (rows.next()) {
            Row row = new Row(
                    rows.getLong(1),
                    rows.getInt(2),
                    rows.getString(3),
                    Operation.of(rows.getInt(4)),
                    rows.getLong(5),
                    rows.getLong(6),
                    rows.getString(7),
                    rows.getString(8),
                    Optional.ofNullable(rows.getBytes(9)));
            if (!receiver.receive(row)) {
                return reached;
            }
            reached = row.seq();
            count++;
        }
        return count < range.limit() ? range.to() : reached;
    }

    private static final String COLUMNS = "SELECT c.seq, c.collection_no, c.entity_id, c.operation, c.previous_seq,"
            + " c.occurred_at, c.scope, c.previous_scope, c.data FROM change c";

    /** Each scope's next numbers from its index alone, merged, and only then the rows of the first of them. */
    private PreparedStatement merged(List<Branch> branches, String newest, Range range) throws SQLException {
        StringBuilder union = new StringBuilder();
        for (Branch branch : branches) {
            union.append(union.length() == 0 ? "" : branches.size() > 1 ? " UNION " : "")
                    .append("SELECT * FROM (SELECT c.seq FROM change c WHERE ")
                    .append(branch.condition())
                    .append(newest)
                    .append(" AND c.seq > ? AND c.seq <= ? ORDER BY c.seq LIMIT ?) AS one");
        }
        PreparedStatement statement = connection.prepareStatement(COLUMNS + " WHERE c.seq IN (SELECT seq FROM (" + union
                + ") AS next ORDER BY seq LIMIT " + range.limit() + ") ORDER BY c.seq");
        int index = 1;
        for (Branch branch : branches) {
            statement.setInt(index++, branch.collection());
            if (branch.scope() != null) {
                statement.setString(index++, branch.scope());
            }
            statement.setLong(index++, range.after());
            statement.setLong(index++, range.to());
            statement.setInt(index++, range.limit());
        }
        return statement;
    }

    private PreparedStatement filtered(Map<EntityCollection, Scopes> wanted, String newest, Range range)
            throws SQLException {
        Map<Boolean, Set<Integer>> collections = new TreeMap<>(Map.of(true, new TreeSet<>(), false, new TreeSet<>()));
        Set<String> named = new TreeSet<>();
        wanted.forEach((collection, scopes) -> {
            collections.get(scopes.allBut()).add(collection.no);
            if (!scopes.allBut()) {
                named.addAll(scopes.named());
            }
        });
        String list = postgresql ? "ANY (?)" : "(SELECT value FROM json_each(?))";
        String is = postgresql ? " = " : " IN ";
        PreparedStatement statement = connection.prepareStatement(COLUMNS
                + " WHERE c.seq > ? AND c.seq <= ?" + newest + " AND (c.collection_no IN ("
                + numbers(collections.get(true))
                + ") OR (c.collection_no IN (" + numbers(collections.get(false)) + ") AND (c.scope" + is + list
                + " OR c.previous_scope" + is + list + "))) ORDER BY c.seq LIMIT ?");
        statement.setLong(1, range.after());
        statement.setLong(2, range.to());
        for (int index = 3; index <= 4; index++) {
            if (postgresql) {
                statement.setArray(index, connection.createArrayOf("text", named.toArray()));
            } else {
                statement.setString(index, JsonArrays.texts(named));
            }
        }
        statement.setInt(5, range.limit());
        return statement;
    }

    /** At least one, for an empty list is no SQL. */
    private static String numbers(Set<Integer> collections) {
        return collections.isEmpty()
                ? "-1"
                : String.join(",", collections.stream().map(String::valueOf).toList());
    }
}
