package io.syncline.storage;

import java.nio.file.Path;

/** The two databases that everything is tested on: how to make an empty one, to be opened as often as a test likes. */
public record TestDatabase(String url, String user, String password) {

    /** An empty SQLite database in a folder of the test. */
    public static TestDatabase sqlite(Path folder) {
        return new TestDatabase("jdbc:sqlite:" + folder.resolve("syncline.db"), "", "");
    }

    /** An empty but migrated database on the tests' PostgreSQL. */
    public static TestDatabase postgresql() {
        return new TestDatabase(PostgresServer.migratedDatabase(), PostgresServer.USER, PostgresServer.PASSWORD);
    }

    public static TestDatabase of(Database.Dialect dialect, Path folder) {
        return switch (dialect) {
            case SQLITE -> sqlite(folder);
            case POSTGRESQL -> postgresql();
        };
    }

    public Database open() {
        return Database.open(url, user, password);
    }
}
