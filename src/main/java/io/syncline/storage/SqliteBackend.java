package io.syncline.storage;

import com.zaxxer.hikari.HikariConfig;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteException;

/** One SQLite file, held by this process alone: heads are kept in memory, so a second process would serve stale ones. */
final class SqliteBackend implements Backend {

    static final String PREFIX = "jdbc:sqlite:";

    /** An append touches hundreds of pages of the latest state's tree, and each is written whole. */
    private static final int PAGE_BYTES = 4096;

    private static final Duration BUSY_TIMEOUT = Duration.ofSeconds(5);
    private static final int WRITER_CACHE_KIB = 65_536;
    private static final int READER_CACHE_KIB = 8_192;
    private static final long MMAP_BYTES = 1L << 30;
    /**
     * In pages: 32 MiB between checkpoints, so that pages that are written again and again are written back once. Four times as many save a tenth of
     * what is written, but whoever reads one row here and one there then searches four times as long a log for each page.
     */
    private static final int CHECKPOINT_PAGES = 8_192;

    private final Path file;
    private final FileChannel lockFile;
    private final FileLock lock;

    private SqliteBackend(Path file, FileChannel lockFile, FileLock lock) {
        this.file = file;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    static SqliteBackend open(String url) {
        String name = url.substring(PREFIX.length());
        if (name.isBlank() || name.startsWith(":") || name.contains("?")) {
            throw new DatabaseException(
                    "The database URL " + url
                            + " must name a file and nothing else, such as jdbc:sqlite:data/syncline.db",
                    null);
        }
        Path file;
        try {
            file = Path.of(name).toAbsolutePath().normalize();
            OwnerOnly.folder(file.getParent());
        } catch (IOException | InvalidPathException e) {
            throw new DatabaseException("Cannot make the folder of the database file " + name + ": " + e, e);
        }
        Path lockPath = file.resolveSibling(file.getFileName() + ".lock");
        FileChannel channel = null;
        try {
            OwnerOnly.file(lockPath);
            channel = FileChannel.open(lockPath, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
                throw inUse(file, null);
            }
            // What belongs to it later, its log for one, takes its mode.
            OwnerOnly.file(file);
            return new SqliteBackend(file, channel, lock);
        } catch (OverlappingFileLockException e) {
            closeQuietly(channel, e);
            throw inUse(file, e);
        } catch (IOException e) {
            closeQuietly(channel, e);
            throw new DatabaseException(
                    "Cannot write in the folder of the database file " + file
                            + ": make it writable for the user that runs Syncline, or choose another by syncline.data"
                            + " (SYNCLINE_DATA); " + e,
                    e);
        }
    }

    private static void closeQuietly(FileChannel channel, Exception because) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                because.addSuppressed(e);
            }
        }
    }

    /** What an operator can do about a failure; empty where that is nothing in particular. */
    static Optional<String> advice(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLiteException refused) {
                return switch (refused.getResultCode()) {
                    case SQLITE_NOTADB, SQLITE_CORRUPT ->
                        Optional.of(
                                "Put a backup in its place, or move it away to begin with an empty one, or choose another folder by"
                                        + " syncline.data (SYNCLINE_DATA)");
                    case SQLITE_FULL -> Optional.of("Make room on that disk, and start Syncline again");
                    default -> Optional.empty();
                };
            }
        }
        return Optional.empty();
    }

    private static DatabaseException inUse(Path file, Throwable cause) {
        return new DatabaseException(
                "The database file " + file
                        + " is in use by another Syncline: stop that one, or give this one a folder of its own by"
                        + " syncline.data (SYNCLINE_DATA)",
                cause);
    }

    @Override
    public Database.Dialect dialect() {
        return Database.Dialect.SQLITE;
    }

    @Override
    public String describe() {
        return "the SQLite file " + file;
    }

    @Override
    public DataSource migrator() {
        return writable();
    }

    @Override
    public HikariConfig writerPool() {
        HikariConfig pool = pool("syncline-writer", keeping(writerConfig()));
        pool.setMaximumPoolSize(1);
        return pool;
    }

    @Override
    public HikariConfig readerPool() {
        SQLiteConfig config = config(READER_CACHE_KIB);
        config.setReadOnly(true);
        HikariConfig pool = pool("syncline-reader", keeping(config));
        pool.setMaximumPoolSize(Math.max(4, 2 * Runtime.getRuntime().availableProcessors()));
        pool.setMinimumIdle(1);
        pool.setReadOnly(true);
        return pool;
    }

    @Override
    public DataSource dedicated() {
        return writable();
    }

    private DataSource writable() {
        return addressed(new SQLiteDataSource(writerConfig()));
    }

    private static SQLiteConfig writerConfig() {
        SQLiteConfig config = config(WRITER_CACHE_KIB);
        config.setPageSize(PAGE_BYTES);
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        config.enforceForeignKeys(true);
        config.setWalAutocheckpoint(CHECKPOINT_PAGES);
        return config;
    }

    private static SQLiteConfig config(int cacheKib) {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout((int) BUSY_TIMEOUT.toMillis());
        // A negative size is in KiB, a positive one in pages.
        config.setCacheSize(-cacheKib);
        config.setPragma(SQLiteConfig.Pragma.MMAP_SIZE, Long.toString(MMAP_BYTES));
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        config.setGetGeneratedKeys(false);
        return config;
    }

    /** Of connections that keep their prepared statements. */
    private DataSource keeping(SQLiteConfig config) {
        return addressed(new SQLiteDataSource(config) {
            @Override
            public SQLiteConnection getConnection(String user, String password) throws SQLException {
                return new KeepingConnection(getUrl(), file.toString(), config.toProperties());
            }
        });
    }

    private DataSource addressed(SQLiteDataSource source) {
        source.setUrl(PREFIX + file);
        return source;
    }

    private static HikariConfig pool(String name, DataSource source) {
        HikariConfig pool = new HikariConfig();
        pool.setPoolName(name);
        pool.setDataSource(source);
        pool.setMaxLifetime(0);
        return pool;
    }

    @Override
    public void close() {
        try (FileChannel closing = lockFile) {
            if (closing.isOpen()) {
                lock.release();
            }
        } catch (IOException e) {
            throw new DatabaseException("Cannot release the lock of the database file " + file + ": " + e, e);
        }
    }
}
