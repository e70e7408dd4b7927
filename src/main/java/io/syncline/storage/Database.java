package io.syncline.storage;

import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;

/** The database that everything durable is in: SQLite or PostgreSQL, migrated when opened. */
public final class Database implements AutoCloseable {

    /** What is written differently for the two. */
    public enum Dialect {
        SQLITE,
        POSTGRESQL
    }

    private Database() {}

    /**
     * Opens and migrates.
     *
     * @param url {@code jdbc:sqlite:<file>} or {@code jdbc:postgresql://...}
     * @throws DatabaseException with a message for a person if it cannot be reached, is of no known kind or is from a newer version
     */
    public static Database open(String url, String user, String password) {
        throw new UnsupportedOperationException();
    }

    public Dialect dialect() {
        throw new UnsupportedOperationException();
    }

    /** Connections that may write. On SQLite there is one, so hold it briefly. */
    public DataSource writer() {
        throw new UnsupportedOperationException();
    }

    /** Connections that only read. */
    public DataSource reader() {
        throw new UnsupportedOperationException();
    }

    /** For the small tables, over {@link #writer()}. */
    public Jdbi jdbi() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
