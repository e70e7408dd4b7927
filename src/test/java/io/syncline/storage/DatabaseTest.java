package io.syncline.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person reads whose database cannot be used, and what opening one leaves on the disk. */
final class DatabaseTest {

    private static final String PASSWORD = "do-not-print";

    @TempDir
    private Path folder;

    @Test
    void saysThatNobodyListensThere() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }

        refusal("jdbc:postgresql://127.0.0.1:" + port + "/hub")
                .hasMessageContaining("Cannot reach PostgreSQL at 127.0.0.1:" + port + "/hub")
                .hasMessageContaining("check syncline.db.url and that the server is up");
    }

    @Test
    void saysThatUserOrPasswordAreRefused() throws Exception {
        try (ScriptedPostgres server =
                ScriptedPostgres.refusing("28P01", "password authentication failed for user \"syncline\"")) {
            refusal(server.url())
                    .hasMessageContaining("password authentication failed")
                    .hasMessageContaining("check syncline.db.user and syncline.db.password");
        }
        assertThatThrownBy(() -> Database.open(PostgresServer.freshDatabase(), "nobody", PASSWORD))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("nobody")
                .hasMessageContaining("check syncline.db.user and syncline.db.password");
    }

    @Test
    void saysThatThereIsNoSuchDatabase() {
        String url = PostgresServer.freshDatabase().replaceAll("/[^/]*$", "/absent");

        assertThatThrownBy(() -> Database.open(url, PostgresServer.USER, PASSWORD))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("\"absent\" does not exist")
                .hasMessageContaining("create the database first");
    }

    @Test
    void saysThatPostgresqlIsTooOld() throws Exception {
        try (ScriptedPostgres server = ScriptedPostgres.ofVersion("14.9")) {
            refusal(server.url()).hasMessageContaining("is version 14; Syncline needs 15 or later");
        }
    }

    @Test
    void saysThatADatabaseOfPostgresqlHasAnotherEncoding() {
        String url = PostgresServer.databaseOfEncoding("LATIN1");

        assertThatThrownBy(() -> Database.open(url, PostgresServer.USER, PostgresServer.PASSWORD))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("has the encoding LATIN1; Syncline needs UTF8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc:mysql://localhost/hub", "postgresql://localhost/hub", "data/syncline.db"})
    void saysWhichKindsThereAre(String url) {
        refusal(url)
                .hasMessageContaining("must begin with jdbc:sqlite: or jdbc:postgresql://")
                .hasMessageContaining("syncline.db.url (SYNCLINE_DB_URL)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc:sqlite:", "jdbc:sqlite::memory:", "jdbc:sqlite:hub.db?cache=shared"})
    void wantsOfSqliteAFileAndNothingElse(String url) {
        refusal(url).hasMessageContaining("must name a file and nothing else");
    }

    @Test
    void saysThatAnotherHasTheFileAndLeavesItToThatOne() {
        TestDatabase database = TestDatabase.sqlite(folder);
        try (Database first = database.open()) {
            refusal(database.url())
                    .hasMessageContaining("is in use by another Syncline")
                    .hasMessageContaining("syncline.data");
            int integrations = first.jdbi().withHandle(handle -> handle.select("SELECT count(*) FROM integration")
                    .mapTo(int.class)
                    .one());
            assertThat(integrations).isZero();
        }
        database.open().close();
    }

    @Test
    void saysThatTheFileIsNoDatabase() throws IOException {
        Path file = folder.resolve("syncline.db");
        Files.writeString(file, "Dear diary, ".repeat(1_000));

        refusal("jdbc:sqlite:" + file)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("not a database")
                .hasMessageContaining("Put a backup in its place");
    }

    @Test
    void saysThatTheFolderCannotBeMade() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        refusal("jdbc:sqlite:" + file.resolve("syncline.db")).hasMessageContaining(file.toString());
    }

    @Test
    void saysThatANewerVersionWroteIt() {
        TestDatabase database = TestDatabase.sqlite(folder);
        try (Database opened = database.open()) {
            opened.jdbi()
                    .useHandle(handle -> handle.execute("INSERT INTO flyway_schema_history (installed_rank, version,"
                            + " description, type, script, installed_by, execution_time, success)"
                            + " VALUES (1000, '1000', 'later', 'SQL', 'V1000__later.sql', '', 0, 1)"));
        }

        refusal(database.url()).hasMessageContaining("was written by a newer version of Syncline");
    }

    @Test
    void keepsItsFilesToTheirOwner() throws IOException {
        Path data = folder.resolve("new/data");
        try (Database opened = TestDatabase.sqlite(data).open()) {
            opened.jdbi().useHandle(handle -> handle.execute("DELETE FROM job"));

            assertThat(mode(data)).isEqualTo("rwx------");
            try (var files = Files.list(data)) {
                assertThat(files).hasSizeGreaterThan(2).allSatisfy(file -> assertThat(mode(file))
                        .as(file.toString())
                        .isEqualTo("rw-------"));
            }
        }
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @ParameterizedTest
    @EnumSource
    void letsNobodyWriteThroughAConnectionThatOnlyReads(Database.Dialect dialect) throws SQLException {
        TestDatabase some =
                dialect == Database.Dialect.SQLITE ? TestDatabase.sqlite(folder) : TestDatabase.postgresql();
        try (Database opened = some.open();
                Connection connection = opened.reader().getConnection();
                Statement statement = connection.createStatement()) {
            for (boolean autoCommit : new boolean[] {true, false}) {
                connection.setAutoCommit(autoCommit);
                assertThatThrownBy(() -> statement.execute("INSERT INTO integration (id) VALUES ('crm')"))
                        .isInstanceOf(SQLException.class);
            }
        }
    }

    private static AbstractThrowableAssert<?, ?> refusal(String url) {
        return assertThatThrownBy(() -> Database.open(url, "syncline", PASSWORD))
                .isInstanceOf(DatabaseException.class)
                .hasMessageNotContaining(PASSWORD);
    }
}
