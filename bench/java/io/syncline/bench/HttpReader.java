package io.syncline.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One kept-alive HTTP/1.1 connection that costs next to nothing: it reads an answer into one buffer and parses no more of it than the
 * status and the length. For use by one thread.
 */
final class HttpReader implements AutoCloseable {

    private static final byte[] LENGTH = "\r\ncontent-length: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CHUNKED = "\r\ntransfer-encoding: chunked".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END_OF_HEAD = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private byte[] buffer = new byte[1 << 20];
    private int filled;

    HttpReader(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(30_000);
        in = socket.getInputStream();
        out = socket.getOutputStream();
    }

    /** Sends a whole request and reads the whole answer; {@link #lastOf} then looks into it. */
    void exchange(byte[] request) throws IOException {
        out.write(request);
        filled = 0;
        int head = -1;
        while (head < 0) {
            fill();
            head = indexOf(buffer, 0, filled, END_OF_HEAD);
        }
        if (buffer[9] != '2') {
            throw new IOException("answered " + new String(buffer, 0, Math.min(filled, 500), StandardCharsets.UTF_8));
        }
        int end = length(head);
        while (filled < end) {
            fill();
        }
    }

    private int length(int head) throws IOException {
        int at = indexOf(buffer, 0, head, LENGTH);
        if (at < 0) {
            throw new IOException(
                    indexOf(buffer, 0, head, CHUNKED) < 0 ? "an answer without a length" : "a chunked answer");
        }
        int length = 0;
        for (int digit = at + LENGTH.length; buffer[digit] >= '0' && buffer[digit] <= '9'; digit++) {
            length = length * 10 + buffer[digit] - '0';
        }
        return head + END_OF_HEAD.length + length;
    }

    private void fill() throws IOException {
        if (filled == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * buffer.length);
        }
        int read = in.read(buffer, filled, buffer.length - filled);
        if (read < 0) {
            throw new EOFException("the server closed the connection");
        }
        filled += read;
    }

    /** The text between the last occurrence of a mark in the answer and the next quotation mark. */
    String lastOf(String mark) throws IOException {
        byte[] sought = mark.getBytes(StandardCharsets.US_ASCII);
        for (int at = filled - sought.length; at >= 0; at--) {
            if (matches(buffer, at, sought)) {
                int from = at + sought.length;
                int to = from;
                while (buffer[to] != '"') {
                    to++;
                }
                return new String(buffer, from, to - from, StandardCharsets.US_ASCII);
            }
        }
        throw new IOException("no " + mark + " in the answer");
    }

    /** How many bytes the last answer had, head and body. */
    int size() {
        return filled;
    }

    /** Whether the answer's last kilobyte holds a text. */
    boolean endsAround(String text) {
        byte[] sought = text.getBytes(StandardCharsets.US_ASCII);
        return indexOf(buffer, Math.max(0, filled - 1024), filled, sought) >= 0;
    }

    /** Where ASCII letters match whatever their case, for names of headers may come in any. */
    static int indexOf(byte[] bytes, int from, int to, byte[] sought) {
        for (int at = from; at <= to - sought.length; at++) {
            if (matches(bytes, at, sought)) {
                return at;
            }
        }
        return -1;
    }

    private static boolean matches(byte[] bytes, int at, byte[] sought) {
        for (int offset = 0; offset < sought.length; offset++) {
            int letter = bytes[at + offset];
            int wanted = sought[offset];
            if (letter != wanted && !(wanted >= 'a' && wanted <= 'z' && letter == wanted - 32)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
