package io.syncline.changelog;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Rows on their way into a table of PostgreSQL by COPY in its binary format: a header, then for each row the count of its fields and each
 * field with its length. Closing it before {@link #end} takes the rows back. For use by one thread.
 */
final class BinaryCopy implements AutoCloseable {

    /** Sent on when it holds this many bytes. */
    private static final int FULL = 64 * 1024;

    private static final byte[] HEADER = {
        'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
    };

    private final CopyIn copy;
    private ByteBuffer buffer = ByteBuffer.allocate(FULL + 8 * 1024).put(HEADER);

    private BinaryCopy(CopyIn copy) {
        this.copy = copy;
    }

    /** @param columns the table's name and its columns in parentheses */
    static BinaryCopy into(Connection connection, String columns) throws SQLException {
        return new BinaryCopy(connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("COPY " + columns + " FROM STDIN (FORMAT binary)"));
    }

    /** Begins a row; its fields are to follow. */
    BinaryCopy row(int fields) throws SQLException {
        if (buffer.position() >= FULL) {
            send();
        }
        room(2).putShort((short) fields);
        return this;
    }

    BinaryCopy bigint(long value) {
        room(12).putInt(8).putLong(value);
        return this;
    }

    BinaryCopy integer(int value) {
        room(8).putInt(4).putInt(value);
        return this;
    }

    BinaryCopy smallint(int value) {
        room(6).putInt(2).putShort((short) value);
        return this;
    }

    BinaryCopy bool(boolean value) {
        room(5).putInt(1).put((byte) (value ? 1 : 0));
        return this;
    }

    BinaryCopy text(String value) {
        return bytes(value == null ? null : value.getBytes(StandardCharsets.UTF_8));
    }

    BinaryCopy bytes(byte[] value) {
        if (value == null) {
            room(4).putInt(-1);
        } else {
            room(4 + value.length).putInt(value.length).put(value);
        }
        return this;
    }

    /** Sends the rest and waits until all rows are in the table. */
    void end() throws SQLException {
        room(2).putShort((short) -1);
        send();
        copy.endCopy();
    }

    private void send() throws SQLException {
        copy.writeToCopy(buffer.array(), 0, buffer.position());
        buffer.clear();
    }

    private ByteBuffer room(int more) {
        if (buffer.remaining() < more) {
            int used = buffer.position();
            buffer = ByteBuffer.wrap(Arrays.copyOf(buffer.array(), Math.max(2 * buffer.capacity(), used + more)));
            buffer.position(used);
        }
        return buffer;
    }

    @Override
    public void close() throws SQLException {
        if (copy.isActive()) {
            copy.cancelCopy();
        }
    }
}
