package io.syncline.sell;

import io.syncline.storage.Database;
import io.syncline.storage.DatabaseException;
import io.syncline.storage.OwnerOnly;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Which promise of each device was given out last: a file beside SQLite's, of one number a device. No crash of the process takes a mark back; a
 * power cut may. Safe for use by many threads.
 */
final class Marks implements AutoCloseable {

    /** Of a device that has none. */
    private static final long NONE = 0;

    private final RandomAccessFile file;

    private Marks(RandomAccessFile file) {
        this.file = file;
    }

    /** Opens those of a database in a file. */
    static Marks beside(Database database) {
        String databaseFile = database.jdbi()
                .withHandle(handle -> handle.createQuery("SELECT file FROM pragma_database_list WHERE name = 'main'")
                        .mapTo(String.class)
                        .one());
        Path path = Path.of(databaseFile + ".served");
        try {
            OwnerOnly.file(path);
            return new Marks(new RandomAccessFile(path.toFile(), "rw"));
        } catch (IOException e) {
            throw new DatabaseException("Cannot open " + path + ": " + e.getMessage(), e);
        }
    }

    /** A promise of a device is given out. */
    synchronized void set(long device, Promise promise) {
        try {
            file.seek(device * Long.BYTES);
            // In one write; the file would make one of each byte.
            file.write(ByteBuffer.allocate(Long.BYTES).putLong(promise.id()).array());
        } catch (IOException e) {
            throw new DatabaseException("Cannot mark what a device is served: " + e.getMessage(), e);
        }
    }

    /** Whether a promise of a device has been given out, and none after it. */
    synchronized boolean isSet(long device, Promise promise) {
        try {
            long at = device * Long.BYTES;
            if (file.length() < at + Long.BYTES) {
                return false;
            }
            file.seek(at);
            long marked = file.readLong();
            return marked != NONE && marked == promise.id();
        } catch (IOException e) {
            throw new DatabaseException("Cannot read what a device was served: " + e.getMessage(), e);
        }
    }

    @Override
    public synchronized void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new DatabaseException("Cannot close the file of what devices are served: " + e.getMessage(), e);
        }
    }
}
