package io.syncline.storage;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;

/**
 * The database that everything durable is in: SQLite or PostgreSQL, migrated when opened. Safe for use by many threads.
 */
public final class Database implements AutoCloseable {

    /** What is written differently for the two. */
    public enum Dialect {
        SQLITE,
        POSTGRESQL
    }

    private final Backend backend;
    private final HikariDataSource writer;
    private final HikariDataSource reader;
    private final Jdbi jdbi;
    private final Jdbi readerJdbi;

    private Database(Backend backend, HikariDataSource writer, HikariDataSource reader) {
        this.backend = backend;
        this.writer = writer;
        this.reader = reader;
        this.jdbi = Jdbi.create(writer);
        this.readerJdbi = Jdbi.create(reader);
    }

    /**
     * Opens and migrates.
     *
     * @param url {@code jdbc:sqlite:<file>} or {@code jdbc:postgresql://...}
     * @throws DatabaseException with a message for a person if it cannot be reached, is of no known kind, is in use by another
     *     process (SQLite) or is from a newer version
     */
    public static Database open(String url, String user, String password) {
        Backend backend = backend(url, user, password);
        HikariDataSource writer = null;
        try {
            new Migrations(backend.dialect(), backend.describe()).run(backend.migrator());
            writer = new HikariDataSource(backend.writerPool());
            return new Database(backend, writer, new HikariDataSource(backend.readerPool()));
        } catch (RuntimeException e) {
            if (writer != null) {
                writer.close();
            }
            backend.close();
            throw e instanceof DatabaseException
                    ? e
                    : new DatabaseException("Cannot open " + backend.describe() + ": " + rootMessage(e), e);
        }
    }

    private static Backend backend(String url, String user, String password) {
        if (url.startsWith(SqliteBackend.PREFIX)) {
            return SqliteBackend.open(url);
        }
        if (url.startsWith(PostgresBackend.PREFIX)) {
            return PostgresBackend.open(url, user, password);
        }
        throw new DatabaseException(
                "The database URL must begin with " + SqliteBackend.PREFIX + " or " + PostgresBackend.PREFIX
                        + "//; it is set by syncline.db.url (SYNCLINE_DB_URL)",
                null);
    }

    /** The deepest cause says what happened; the layers above only say that something did. */
    static String rootMessage(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    public Dialect dialect() {
        return backend.dialect();
    }

    /**
     * Connections that may write. On SQLite there is one, so hold it briefly, and never ask for a second while holding it.
     */
    public DataSource writer() {
        return writer;
    }

    /** Connections that only read; on both databases a write through one fails. */
    public DataSource reader() {
        return reader;
    }

    /** For the small tables, over {@link #writer()}. */
    public Jdbi jdbi() {
        return jdbi;
    }

    /** For reads of the small tables that never wait for an append, over {@link #reader()}. */
    public Jdbi readerJdbi() {
        return readerJdbi;
    }

    /** Does several reads over {@link #reader()} that all see one moment. */
    public <T> T atOneMoment(Function<Handle, T> reads) {
        // Any transaction of SQLite sees one moment.
        TransactionIsolationLevel level = dialect() == Dialect.POSTGRESQL
                ? TransactionIsolationLevel.REPEATABLE_READ
                : TransactionIsolationLevel.UNKNOWN;
        return readerJdbi.inTransaction(level, reads::apply);
    }

    /** A connection of the caller's own, outside the pools, to be kept open for long and closed by the caller. */
    public Connection dedicatedConnection() throws SQLException {
        return backend.dedicated().getConnection();
    }

    /**
     * Writes the log of SQLite back and empties it. It does that of itself only in a moment without a read; where readers overlap without a
     * pause, the log would grow for ever. Waits a few seconds at most for reads that have begun.
     */
    public void emptyLog() throws SQLException {
        if (dialect() == Dialect.SQLITE) {
            try (Connection connection = writer.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
            }
        }
    }

    @Override
    public void close() {
        reader.close();
        writer.close();
        backend.close();
    }
}
