package io.syncline.storage;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/** A real PostgreSQL, one for the whole run of the tests, with a database for each who asks. Stopped when the JVM ends. */
public final class PostgresServer {

    public static final String USER = "postgres";
    public static final String PASSWORD = "postgres";

    private static final AtomicInteger DATABASES = new AtomicInteger();

    private PostgresServer() {}

    private static final class Running {
        static final EmbeddedPostgres SERVER = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder()
                        .setServerConfig("max_connections", "200")
                        // The library turns it off, and then a killed server forgets what it has confirmed.
                        .setServerConfig("synchronous_commit", "on")
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The JDBC URL of a new, empty database. */
    public static String freshDatabase() {
        return create("test" + DATABASES.incrementAndGet(), "");
    }

    static String databaseOfEncoding(String encoding) {
        return create(
                "test" + DATABASES.incrementAndGet(),
                " ENCODING '" + encoding + "' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
    }

    /** The JDBC URL of a new database that is migrated already, which is much faster than migrating one. */
    static String migratedDatabase() {
        return create("test" + DATABASES.incrementAndGet(), " TEMPLATE " + Migrated.NAME);
    }

    private static final class Migrated {
        static final String NAME = migrate("migrated");

        private static String migrate(String name) {
            Database.open(create(name, ""), USER, PASSWORD).close();
            return name;
        }
    }

    /** Makes a database as another one is, in which nobody may be meanwhile. */
    public static void copy(String url, String copyUrl) {
        create(name(copyUrl), " TEMPLATE " + name(url));
    }

    private static String name(String url) {
        return url.substring(url.lastIndexOf('/') + 1);
    }

    private static String create(String name, String template) {
        try (Connection connection = Running.SERVER.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name + template);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return "jdbc:postgresql://127.0.0.1:" + Running.SERVER.getPort() + "/" + name;
    }
}
