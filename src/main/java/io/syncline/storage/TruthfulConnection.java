package io.syncline.storage;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.util.Properties;
import org.sqlite.jdbc4.JDBC4Connection;

/**
 * A connection to SQLite that is in a transaction if and only if the driver takes it to be in one. After some failures, a full disk among them, SQLite
 * has rolled back by itself: the driver's rollback then finds nothing to roll back and begins no new transaction, and from then on each statement would
 * be committed by itself and every commit fail. So it would where a transaction could not be begun because another process has the file locked.
 */
class TruthfulConnection extends JDBC4Connection {

    TruthfulConnection(String url, String file, Properties settings) throws SQLException {
        super(url, file, settings);
    }

    @Override
    public void setAutoCommit(boolean autoCommit) throws SQLException {
        boolean before = getAutoCommit();
        try {
            super.setAutoCommit(autoCommit);
        } catch (SQLException e) {
            // The driver notes it before it has done it.
            getConnectionConfig().setAutoCommit(before);
            if (!before) {
                rollback();
            }
            throw e;
        }
    }

    /** @throws SQLException one that tells a pool to let go of the connection, if it can be in doubt what is rolled back */
    @Override
    public void rollback() throws SQLException {
        try {
            super.rollback();
        } catch (SQLException e) {
            if (isClosed() || getAutoCommit()) {
                throw e;
            }
            begin(e);
        }
    }

    private void begin(SQLException because) throws SQLException {
        try {
            getDatabase().exec(transactionPrefix(), false);
        } catch (SQLException e) {
            because.addSuppressed(e);
            throw new SQLNonTransientConnectionException(
                    "A transaction of SQLite can be neither rolled back nor begun: " + because.getMessage(),
                    "08006",
                    because);
        }
        setFirstStatementExecuted(false);
        setCurrentTransactionMode(getConnectionConfig().getTransactionMode());
    }
}
