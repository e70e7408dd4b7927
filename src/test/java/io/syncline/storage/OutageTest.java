package io.syncline.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** What is told of a database that cannot be used for now, and of a disk that was full at the start. */
class OutageTest {

    @TempDir
    Path folder;

    @Test
    void isAFullDiskOfSqlite() throws SQLException {
        try (Connection connection = onFullDisk().getConnection();
                Statement statement = connection.createStatement()) {
            Throwable full = catchThrowable(() -> statement.execute("CREATE TABLE t (i INTEGER)"));

            assertThat(Outage.in(new DatabaseException("Cannot write", full)))
                    .hasValueSatisfying(told -> assertThat(told).endsWith("; make room on the disk that it is on"));
        }
    }

    @Test
    void isAFullDiskOfPostgresql() {
        assertThat(Outage.in(new SQLException("could not extend file: No space left on device", "53100")))
                .hasValue("could not extend file: No space left on device; make room on the disk that it is on");
    }

    @Test
    void isNoMistakeInAStatement() throws SQLException {
        try (Connection connection = TestDatabase.sqlite(folder).open().writer().getConnection();
                Statement statement = connection.createStatement()) {
            assertThat(Outage.in(catchThrowable(() -> statement.execute("SELECT nothing"))))
                    .isEmpty();
            assertThat(Outage.in(catchThrowable(
                            () -> statement.execute("INSERT INTO integration (id) VALUES ('a'), ('a')"))))
                    .isEmpty();
        }
    }

    @Test
    void isToldWithWhatToDoWhereTheDiskIsFullAtTheStart() {
        Migrations migrations = new Migrations(Database.Dialect.SQLITE, "the SQLite file x.db");

        assertThat(catchThrowable(() -> migrations.run(onFullDisk())))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("Cannot migrate the SQLite file x.db")
                .hasMessageContaining("database or disk is full")
                .hasMessageContaining("Make room on that disk, and start Syncline again");
    }

    private SQLiteDataSource onFullDisk() {
        SQLiteConfig config = new SQLiteConfig();
        config.setMaxPageCount(1);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + folder.resolve("full.db"));
        return source;
    }
}
