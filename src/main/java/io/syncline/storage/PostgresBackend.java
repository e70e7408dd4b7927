package io.syncline.storage;

import com.zaxxer.hikari.HikariConfig;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A PostgreSQL server, version 15 or later, possibly shared with other nodes. */
final class PostgresBackend implements Backend {

    static final String PREFIX = "jdbc:postgresql:";

    private static final int OLDEST_VERSION = 15;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final int POOL = Math.max(8, 2 * Runtime.getRuntime().availableProcessors());

    private final PGSimpleDataSource source;

    private PostgresBackend(PGSimpleDataSource source) {
        this.source = source;
    }

    static PostgresBackend open(String url, String user, String password) {
        Properties known = org.postgresql.Driver.parseURL(url, null);
        if (known == null) {
            throw new DatabaseException(
                    "The database URL in syncline.db.url (SYNCLINE_DB_URL) cannot be read; it has the form"
                            + " jdbc:postgresql://host:5432/database",
                    null);
        }
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url);
        if (user != null && !user.isEmpty()) {
            source.setUser(user);
        }
        if (password != null && !password.isEmpty()) {
            source.setPassword(password);
        }
        source.setApplicationName("syncline");
        source.setReWriteBatchedInserts(true);
        source.setTcpKeepAlive(true);
        source.setConnectTimeout((int) CONNECT_TIMEOUT.toSeconds());
        PostgresBackend backend = new PostgresBackend(source);
        backend.checkVersion();
        return backend;
    }

    private void checkVersion() {
        try (Connection connection = source.getConnection()) {
            int version = connection.getMetaData().getDatabaseMajorVersion();
            if (version < OLDEST_VERSION) {
                throw new DatabaseException(
                        describe() + " is version " + version + "; Syncline needs " + OLDEST_VERSION + " or later",
                        null);
            }
            checkEncoding(connection);
        } catch (SQLException e) {
            throw new DatabaseException("Cannot reach " + describe() + ": " + e.getMessage() + " " + advice(e), e);
        }
    }

    /** In another encoding, the first character that it lacks would stop a sync for good. */
    private void checkEncoding(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW server_encoding")) {
            row.next();
            if (!row.getString(1).equals("UTF8")) {
                throw new DatabaseException(
                        describe() + " has the encoding " + row.getString(1)
                                + "; Syncline needs UTF8: CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0",
                        null);
            }
        }
    }

    /** By the classes of SQLSTATE: 28 is authorisation, 3D an unknown database. */
    private static String advice(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        if (state.startsWith("28")) {
            return "(check syncline.db.user and syncline.db.password)";
        }
        return state.startsWith("3D")
                ? "(create the database first, or check the name in syncline.db.url)"
                : "(check syncline.db.url and that the server is up)";
    }

    @Override
    public Database.Dialect dialect() {
        return Database.Dialect.POSTGRESQL;
    }

    @Override
    public String describe() {
        return "PostgreSQL at " + source.getServerNames()[0] + ":" + source.getPortNumbers()[0] + "/"
                + source.getDatabaseName();
    }

    @Override
    public DataSource migrator() {
        return source;
    }

    @Override
    public HikariConfig writerPool() {
        return pool("syncline-writer");
    }

    @Override
    public HikariConfig readerPool() {
        HikariConfig pool = pool("syncline-reader");
        pool.setReadOnly(true);
        // The driver keeps to that in transactions only; told to keep to it always, it tells the server at each of
        // them.
        pool.setConnectionInitSql("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY");
        return pool;
    }

    @Override
    public DataSource dedicated() {
        return source;
    }

    private HikariConfig pool(String name) {
        HikariConfig pool = new HikariConfig();
        pool.setPoolName(name);
        pool.setDataSource(source);
        pool.setMaximumPoolSize(POOL);
        pool.setMinimumIdle(1);
        // A client is told that the database is away before it gives up by itself.
        pool.setConnectionTimeout(CONNECT_TIMEOUT.toMillis());
        pool.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        return pool;
    }

    @Override
    public void close() {
        // The pools are closed by their owner, and there is nothing else to let go of.
    }
}
