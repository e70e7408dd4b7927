package io.syncline.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** After a failure by which SQLite leaves a transaction of itself, or begins none, the only connection that writes is as good as new. */
class TruthfulConnectionTest {

    @TempDir
    Path folder;

    private Database database;

    @BeforeEach
    void open() {
        database = TestDatabase.sqlite(folder).open();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void isWholeAgainAfterTheDiskWasFull() throws SQLException {
        try (Connection connection = database.writer().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            insert(statement, "lost");
            fillDisk(statement);
            connection.rollback();
        }

        makeRoom();
        assertTransactionsHold();
    }

    @Test
    void isWholeAgainWhereNobodyRolledBackButThePool() throws SQLException {
        try (Connection connection = database.writer().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            insert(statement, "lost");
            fillDisk(statement);
        }

        makeRoom();
        assertTransactionsHold();
    }

    @Test
    void isWholeAgainAfterTheFileWasLocked() throws SQLException {
        try (Connection other = database.dedicatedConnection();
                Connection connection = database.writer().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 1");
            other.setAutoCommit(false);
            assertThatThrownBy(() -> connection.setAutoCommit(false)).hasMessageContaining("SQLITE_BUSY");
            assertThat(connection.getAutoCommit()).isTrue();
            other.rollback();
            other.setAutoCommit(true);
        }

        assertTransactionsHold();
    }

    @Test
    void isReplacedWhereNoTransactionCanBeBegunAfterAllWasRolledBack() throws SQLException {
        try (Connection connection = database.writer().getConnection();
                Statement statement = connection.createStatement();
                Connection other = database.dedicatedConnection()) {
            statement.execute("PRAGMA busy_timeout = 1");
            connection.setAutoCommit(false);
            // As SQLite does of itself.
            statement.execute("ROLLBACK");
            other.setAutoCommit(false);

            assertThatThrownBy(connection::rollback).isInstanceOf(SQLException.class);

            assertThat(connection.isClosed()).isTrue();
            other.rollback();
            other.setAutoCommit(true);
        }

        assertTransactionsHold();
    }

    private static void fillDisk(Statement statement) throws SQLException {
        statement.execute("PRAGMA max_page_count = 1");
        assertThatThrownBy(() -> insert(statement, "x".repeat(500_000))).hasMessageContaining("SQLITE_FULL");
    }

    private void makeRoom() throws SQLException {
        try (Connection connection = database.writer().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA max_page_count = 1000000");
        }
    }

    /** What is rolled back is gone, and what is committed stays. */
    private void assertTransactionsHold() throws SQLException {
        try (Connection connection = database.writer().getConnection();
                Statement statement = connection.createStatement()) {
            assertThat(connection.getAutoCommit()).isTrue();
            connection.setAutoCommit(false);
            insert(statement, "undone");
            connection.rollback();
            insert(statement, "done");
            connection.commit();
        }
        try (Connection connection = database.reader().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT GROUP_CONCAT(id) FROM integration")) {
            assertThat(rows.getString(1)).isEqualTo("done");
        }
    }

    private static void insert(Statement statement, String id) throws SQLException {
        statement.executeUpdate("INSERT INTO integration (id) VALUES ('" + id + "')");
    }
}
