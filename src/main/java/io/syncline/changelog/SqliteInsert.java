package io.syncline.changelog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.regex.Pattern;

/**
 * Inserts rows into a table of SQLite, many by one statement: the table and its indexes are opened once for all of them and stay where the last row went,
 * where a statement a row opens and searches them anew. Immutable.
 */
final class SqliteInsert {

    /** More hardly save any more. */
    private static final int AT_ONCE = 50;

    private static final Pattern PARAMETER = Pattern.compile("\\?(\\d+)");

    private final String one;
    private final String many;
    private final int parameters;

    /** Gives a statement the values of one row. */
    @FunctionalInterface
    interface Row {

        /**
         * Sets the row's parameters.
         *
         * @param before parameters that belong to other rows; the row's first comes after them
         * @param row counted from 0
         */
        void set(PreparedStatement statement, int before, int row) throws SQLException;
    }

    /**
     * For rows of one kind.
     *
     * @param insert up to the columns. With {@code OR FAIL}, or {@code OR IGNORE}: else a statement of many rows copies every page that it touches, to take
     *     only itself back if it fails, where the whole transaction is taken back anyway
     * @param values of a row, with the parameters {@code ?1}, {@code ?2} and so on, each at least once
     */
    SqliteInsert(String insert, String values) {
        this.parameters = (int) PARAMETER
                .matcher(values)
                .results()
                .mapToInt(found -> Integer.parseInt(found.group(1)))
                .distinct()
                .count();
        this.one = insert + " VALUES " + values;
        StringBuilder all = new StringBuilder(insert).append(" VALUES ");
        for (int row = 0; row < AT_ONCE; row++) {
            int before = row * parameters;
            all.append(row == 0 ? "" : ",")
                    .append(PARAMETER
                            .matcher(values)
                            .replaceAll(found -> "?" + (before + Integer.parseInt(found.group(1)))));
        }
        this.many = all.toString();
    }

    /** Inserts rows, in a transaction that is rolled back if it throws. */
    void rows(Connection connection, int count, Row values) throws SQLException {
        int row = 0;
        if (count >= AT_ONCE) {
            try (PreparedStatement statement = connection.prepareStatement(many)) {
                while (row <= count - AT_ONCE) {
                    for (int i = 0; i < AT_ONCE; i++) {
                        values.set(statement, i * parameters, row++);
                    }
                    statement.executeUpdate();
                }
            }
        }
        if (row < count) {
            try (PreparedStatement statement = connection.prepareStatement(one)) {
                while (row < count) {
                    values.set(statement, 0, row++);
                    statement.addBatch();
                }
                statement.executeBatch();
            }
        }
    }
}
