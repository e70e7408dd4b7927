package io.syncline.changelog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Selects changes by scope, in sequence, over one connection: each scope's next numbers from its index, merged, and only then the rows of the
 * first of them.
 */
final class ScopedSelect {

    /** Of as many ordered reads one statement is made; beyond, the sequence is read and filtered. */
    private static final int MOST_MERGED = 200;

    /** Of as many ordered reads, merging the numbers takes little beside fetching their rows. */
    private static final int FEW = 16;

    /** Of a change that takes an entity out of a scope, as the index has it. */
    static final String MOVED = "c.previous_scope IS NOT NULL AND (c.scope IS NULL OR c.scope <> c.previous_scope)";

    /**
     * Looked up for each change in sequence, until there are enough for the page: of a join PostgreSQL may make one of all entities, anew
     * for every page.
     */
    private static final String NEWEST = " AND c.operation <> " + Operation.DELETED.code()
            + " AND c.seq = (SELECT e.seq FROM entity e WHERE e.first_seq = c.entity_no)";

    private static final String IN_RANGE = " AND c.seq > ? AND c.seq <= ?";
    private static final String IN_SCOPE = "c.collection_no = %s AND c.scope = %s";
    private static final String OUT_OF_SCOPE = "c.collection_no = %s AND c.previous_scope = %s AND " + MOVED;

    private final Connection connection;
    private final boolean postgresql;
    /** Changes into a scope and inside it, or of a whole collection. */
    private final List<Part> into;
    /** Changes out of a scope. */
    private final List<Part> outOf;

    private final String newest;

    /** @param scope null for all of the collection */
    private record Part(int collection, String scope) {}

    /** The changes after one number up to another, at most so many. */
    record Range(long after, long to, int limit) {}

    private ScopedSelect(Connection connection, boolean postgresql, List<Part> into, List<Part> outOf, String newest) {
        this.connection = connection;
        this.postgresql = postgresql;
        this.into = into;
        this.outOf = outOf;
        this.newest = newest;
    }

    /**
     * Changes that bring an entity into one of the scopes, keep it there or take it away.
     *
     * @param left the scopes that something may have been taken away from
     */
    static ScopedSelect changes(
            Connection connection,
            boolean postgresql,
            Map<EntityCollection, Scopes> wanted,
            Map<EntityCollection, Scopes> left) {
        List<Part> outOf = parts(left);
        outOf.removeIf(part -> part.scope() == null);
        return new ScopedSelect(connection, postgresql, parts(wanted), outOf, "");
    }

    /** Changes that are the newest of a living entity in one of the scopes. */
    static ScopedSelect living(Connection connection, boolean postgresql, Map<EntityCollection, Scopes> wanted) {
        return new ScopedSelect(connection, postgresql, parts(wanted), List.of(), NEWEST);
    }

    private static List<Part> parts(Map<EntityCollection, Scopes> wanted) {
        List<Part> parts = new ArrayList<>();
        wanted.forEach((collection, scopes) -> {
            if (scopes.allBut()) {
                parts.add(new Part(collection.no, null));
            } else {
                scopes.named().forEach(scope -> parts.add(new Part(collection.no, scope)));
            }
        });
        return parts;
    }

    boolean isEmpty() {
        return into.isEmpty();
    }

    /**
     * Whether it gives just what is wanted, where nothing is wanted of all scopes but some. Of very many scopes it gives those of each collection
     * for all of them.
     */
    boolean isExact() {
        return into.size() + outOf.size() <= MOST_MERGED;
    }

    /** Whether so few reads of an index find it that going through the numbers alone costs little beside fetching the rows. */
    boolean isOfFew() {
        return !isEmpty() && into.size() + outOf.size() <= FEW;
    }

    /** Where it is {@link #isOfFew}: the number of which a range has as many before it as it may have at most. */
    PreparedStatement prepareNumber(Range range) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(union() + " ORDER BY 1 LIMIT 1 OFFSET ?");
        statement.setInt(setParts(statement, range), range.limit());
        return statement;
    }

    /** @param columns of the table {@code change c} */
    PreparedStatement prepare(String columns, Range range) throws SQLException {
        if (!isExact()) {
            return filtered(columns, range);
        }
        if (into.size() == 1 && outOf.isEmpty()) {
            return single(columns, into.get(0), range);
        }
        return postgresql ? lateral(columns, range) : merged(columns, range);
    }

    /** One index gives the rows in sequence, which takes half of what merging takes. */
    private PreparedStatement single(String columns, Part part, Range range) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(
                columns + " FROM change c WHERE " + condition(part) + newest + IN_RANGE + " ORDER BY c.seq LIMIT ?");
        statement.setInt(set(statement, 1, part, range), range.limit());
        return statement;
    }

    /** SQLite merges what it reads of the indexes step by step, until the page is full. */
    private PreparedStatement merged(String columns, Range range) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(columns + " FROM (" + union()
                + " ORDER BY 1) n CROSS JOIN change c ON c.seq = n.seq" + newest + " ORDER BY n.seq LIMIT ?");
        statement.setInt(setParts(statement, range), range.limit());
        return statement;
    }

    private String union() {
        List<String> reads = new ArrayList<>();
        into.forEach(part -> reads.add(condition(part)));
        outOf.forEach(part -> reads.add(OUT_OF_SCOPE.formatted("?", "?")));
        return String.join(
                " UNION ",
                reads.stream()
                        .map(condition -> "SELECT c.seq FROM change c WHERE " + condition + IN_RANGE)
                        .toList());
    }

    /** @return the index of the next parameter */
    private int setParts(PreparedStatement statement, Range range) throws SQLException {
        int index = 1;
        for (Part part : into) {
            index = set(statement, index, part, range);
        }
        for (Part part : outOf) {
            index = set(statement, index, part, range);
        }
        return index;
    }

    private static String condition(Part part) {
        return part.scope() == null ? "c.collection_no = ?" : IN_SCOPE.formatted("?", "?");
    }

    /** @return the index of the next parameter */
    private static int set(PreparedStatement statement, int first, Part part, Range range) throws SQLException {
        int index = first;
        statement.setInt(index++, part.collection());
        if (part.scope() != null) {
            statement.setString(index++, part.scope());
        }
        statement.setLong(index++, range.after());
        statement.setLong(index++, range.to());
        return index;
    }

    /** One text for every view, so that PostgreSQL plans it once. */
    private PreparedStatement lateral(String columns, Range range) throws SQLException {
        String each = "SELECT n.seq FROM unnest(?, ?) AS one (no, scope) CROSS JOIN LATERAL (";
        PreparedStatement statement = connection.prepareStatement(columns + " FROM change c WHERE c.seq = ANY (ARRAY("
                + each + next("one.scope IS NULL AND c.collection_no = one.no") + " UNION ALL "
                + next(IN_SCOPE.formatted("one.no", "one.scope")) + ") n UNION " + each
                + next(OUT_OF_SCOPE.formatted("one.no", "one.scope")) + ") n ORDER BY 1 LIMIT ?)) ORDER BY c.seq");
        int index = set(statement, 1, into);
        index = set(statement, index, range);
        index = set(statement, index, range);
        index = set(statement, index, outOf);
        index = set(statement, index, range);
        statement.setInt(index, range.limit());
        return statement;
    }

    private String next(String condition) {
        return "(SELECT c.seq FROM change c WHERE " + condition + newest + IN_RANGE + " ORDER BY c.seq LIMIT ?)";
    }

    private int set(PreparedStatement statement, int first, List<Part> parts) throws SQLException {
        Object[] collections = parts.stream().map(Part::collection).toArray();
        Object[] scopes = parts.stream().map(Part::scope).toArray();
        statement.setArray(first, connection.createArrayOf("int4", collections));
        statement.setArray(first + 1, connection.createArrayOf("text", scopes));
        return first + 2;
    }

    private static int set(PreparedStatement statement, int first, Range range) throws SQLException {
        statement.setLong(first, range.after());
        statement.setLong(first + 1, range.to());
        statement.setInt(first + 2, range.limit());
        return first + 3;
    }

    private PreparedStatement filtered(String columns, Range range) throws SQLException {
        Set<Integer> whole = new TreeSet<>();
        Set<Integer> confined = new TreeSet<>();
        Set<String> named = new TreeSet<>();
        into.forEach(part -> {
            if (part.scope() == null) {
                whole.add(part.collection());
            } else {
                confined.add(part.collection());
                named.add(part.scope());
            }
        });
        String list = postgresql ? "ANY (?)" : "(SELECT value FROM json_each(?))";
        String is = postgresql ? " = " : " IN ";
        PreparedStatement statement = connection.prepareStatement(columns
                + " FROM change c WHERE c.seq > ? AND c.seq <= ?" + newest + " AND (c.collection_no IN ("
                + numbers(whole)
                + ") OR (c.collection_no IN (" + numbers(confined) + ") AND (c.scope" + is + list
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
