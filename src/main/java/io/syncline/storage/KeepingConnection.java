package io.syncline.storage;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.sqlite.jdbc4.JDBC4PreparedStatement;

/**
 * A connection to SQLite that keeps its prepared statements when they are closed, to give them out again for the same SQL: preparing one takes as long
 * as reading tens of rows, and neither the driver nor the pool keeps them. For use behind a pool, which takes care that a statement is closed once.
 */
final class KeepingConnection extends TruthfulConnection {

    /** The least recently used is let go of. */
    private static final int MOST_KEPT = 64;
    /** Longer SQL is made up for one question and hardly comes again. */
    private static final int LONGEST_SQL = 5_000;

    private final Map<String, Kept> kept = new LinkedHashMap<>();

    KeepingConnection(String url, String file, Properties settings) throws SQLException {
        super(url, file, settings);
    }

    @Override
    public PreparedStatement prepareStatement(String sql, int type, int concurrency, int holdability)
            throws SQLException {
        checkOpen();
        checkCursor(type, concurrency, holdability);
        Kept again = kept.remove(sql);
        return again != null ? again : new Kept(this, sql);
    }

    private boolean keep(Kept statement) throws SQLException {
        if (isClosed() || statement.text.length() > LONGEST_SQL || kept.containsKey(statement.text)) {
            return false;
        }
        kept.put(statement.text, statement);
        if (kept.size() > MOST_KEPT) {
            var eldest = kept.values().iterator();
            Kept least = eldest.next();
            eldest.remove();
            least.end();
        }
        return true;
    }

    @Override
    public void close() throws SQLException {
        // With the database, the driver ends all its statements.
        kept.clear();
        super.close();
    }

    private static final class Kept extends JDBC4PreparedStatement {

        private final KeepingConnection connection;
        private final String text;

        Kept(KeepingConnection connection, String sql) throws SQLException {
            super(connection, sql);
            this.connection = connection;
            this.text = sql;
        }

        /** Lets go of its rows and its parameters, and of itself only when it is not kept. */
        @Override
        public void close() throws SQLException {
            if (pointer.isClosed() || connection.isClosed()) {
                end();
                return;
            }
            rs.close();
            pointer.safeRunConsume((database, statement) -> {
                // What it tells is how the last run of the statement ended, which the caller knows.
                database.reset(statement);
            });
            batch = null;
            batchPos = 0;
            batchQueryCount = 0;
            clearParameters();
            setMaxRows(0);
            setQueryTimeout(0);
            if (!connection.keep(this)) {
                end();
            }
        }

        private void end() throws SQLException {
            super.close();
        }
    }
}
