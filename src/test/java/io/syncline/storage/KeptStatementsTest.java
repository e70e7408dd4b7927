package io.syncline.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.jdbc4.JDBC4PreparedStatement;

/** A prepared statement that is kept for the next who asks is to that one as if newly prepared. */
class KeptStatementsTest {

    private static final String INSERT = "INSERT INTO integration (id) VALUES (?)";
    private static final String COUNTING =
            "WITH RECURSIVE n (i) AS (SELECT ? UNION ALL SELECT i + 1 FROM n WHERE i < 9)" + " SELECT i FROM n";

    @TempDir
    Path folder;

    private Database database;
    private Connection connection;

    @BeforeEach
    void open() throws SQLException {
        database = TestDatabase.sqlite(folder).open();
        connection = database.writer().getConnection();
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
        database.close();
    }

    @Test
    void givesAStatementOutAgainWithoutParametersAndRows() throws SQLException {
        JDBC4PreparedStatement driver;
        try (PreparedStatement statement = connection.prepareStatement(COUNTING)) {
            driver = statement.unwrap(JDBC4PreparedStatement.class);
            statement.setInt(1, 1);
            assertThat(statement.executeQuery().next()).isTrue();
        }
        try (PreparedStatement statement = connection.prepareStatement(COUNTING);
                ResultSet rows = statement.executeQuery()) {
            assertThat(statement.unwrap(JDBC4PreparedStatement.class)).isSameAs(driver);
            assertThat(rows.next()).isTrue();
            assertThat(rows.getObject(1)).isNull();
        }
        assertThat(counted(7)).containsExactly(7, 8, 9);
    }

    @Test
    void givesTwoToWhoUsesTheSameTwice() throws SQLException {
        try (PreparedStatement first = connection.prepareStatement(COUNTING)) {
            first.setInt(1, 5);
            ResultSet rows = first.executeQuery();
            assertThat(rows.next()).isTrue();
            assertThat(counted(8)).containsExactly(8, 9);
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt(1)).isEqualTo(6);
        }
        assertThat(counted(8)).containsExactly(8, 9);
    }

    @Test
    void forgetsABatchThatWasNotExecuted() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
            statement.setString(1, "never");
            statement.addBatch();
        }
        try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
            assertThat(statement.executeBatch()).isEmpty();
            statement.setString(1, "crm");
            statement.addBatch();
            assertThat(statement.executeBatch()).containsExactly(1);
        }
        assertThat(integrations()).containsExactly("crm");
    }

    @Test
    void goesOnAfterAFailure() throws SQLException {
        insert("crm");
        assertThatThrownBy(() -> insert("crm")).isInstanceOf(SQLException.class);
        insert("erp");

        assertThat(integrations()).containsExactly("crm", "erp");
    }

    @Test
    void goesOnWhenTheSchemaChanges() throws SQLException {
        insert("crm");
        assertThat(integrations()).containsExactly("crm");
        try (PreparedStatement alter =
                connection.prepareStatement("ALTER TABLE integration ADD COLUMN note TEXT DEFAULT 'none'")) {
            alter.execute();
        }
        insert("erp");

        assertThat(integrations()).containsExactly("crm", "erp");
    }

    @Test
    void letsGoOfTheLeastRecentlyUsed() throws SQLException {
        List<JDBC4PreparedStatement> first = new ArrayList<>();
        for (int number = 0; number < 200; number++) {
            try (PreparedStatement statement = connection.prepareStatement("SELECT " + number)) {
                first.add(statement.unwrap(JDBC4PreparedStatement.class));
            }
        }
        assertThat(first.stream().filter(statement -> !statement.isClosed()))
                .hasSizeBetween(1, 100)
                .contains(first.get(199));
    }

    @Test
    void takesBackWhatAUserOfTheConnectionForgotToClose() throws SQLException {
        connection.prepareStatement(COUNTING);
        connection.close();
        connection = database.writer().getConnection();

        assertThat(counted(9)).containsExactly(9);
    }

    private void insert(String id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
            statement.setString(1, id);
            statement.executeUpdate();
        }
    }

    private List<String> integrations() throws SQLException {
        List<String> ids = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement("SELECT id FROM integration ORDER BY id");
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                ids.add(rows.getString(1));
            }
        }
        return ids;
    }

    private List<Integer> counted(int from) throws SQLException {
        List<Integer> numbers = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(COUNTING)) {
            statement.setInt(1, from);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    numbers.add(rows.getInt(1));
                }
            }
        }
        return numbers;
    }
}
