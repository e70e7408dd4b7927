package io.syncline.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
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
 * status and where it ends. For use by one thread.
 */
final class HttpReader implements AutoCloseable {

    private static final byte[] END_OF_HEAD = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final AnswerFrame frame = new AnswerFrame();
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
        send(request);
        receive();
    }

    /** Sends a whole request. The last answer can be looked into until the next one is {@link #receive received}. */
    void send(byte[] request) throws IOException {
        out.write(request);
    }

    /** Reads the whole answer to a request that was sent. */
    void receive() throws IOException {
        filled = 0;
        frame.reset();
        do {
            fill();
        } while (!frame.isWhole(buffer, filled));
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
            if (AnswerFrame.matches(buffer, at, sought)) {
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

    /**
     * Copies the texts that follow a mark, each from its quotation mark to the next one, with commas between.
     *
     * @return how many there are in the answer
     */
    int copyTexts(Mark mark, ByteArrayOutputStream to) {
        int count = 0;
        for (int at = mark.after(buffer, 0, filled); at >= 0; at = mark.after(buffer, at, filled)) {
            int end = at + 1;
            while (buffer[end] != '"') {
                end++;
            }
            if (count++ > 0) {
                to.write(',');
            }
            to.write(buffer, at, end + 1 - at);
            at = end + 1;
        }
        return count;
    }

    /** Reads the body as JSON, as a client does that has a use for it. */
    JsonNode json() throws IOException {
        int body = AnswerFrame.indexOf(buffer, 0, filled, END_OF_HEAD) + END_OF_HEAD.length;
        return JSON.readTree(buffer, body, filled - body);
    }

    /** How often a mark is in the answer. */
    int count(Mark mark) {
        int count = 0;
        for (int at = mark.after(buffer, 0, filled); at >= 0; at = mark.after(buffer, at, filled)) {
            count++;
        }
        return count;
    }

    /** The status of the last answer. */
    int status() {
        return (buffer[9] - '0') * 100 + (buffer[10] - '0') * 10 + buffer[11] - '0';
    }

    /** How many bytes the last answer had, head and body. */
    int size() {
        return filled;
    }

    /** Whether the answer's last kilobyte holds a text. */
    boolean endsAround(String text) {
        byte[] sought = text.getBytes(StandardCharsets.US_ASCII);
        return AnswerFrame.indexOf(buffer, Math.max(0, filled - 1024), filled, sought) >= 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
