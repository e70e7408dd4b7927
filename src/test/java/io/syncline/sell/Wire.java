package io.syncline.sell;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** HTTP/1.1 by hand, to see just what is on the wire. */
final class Wire {

    static final byte[] NOTHING = {};
    static final String UUID_FORM = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

    private static final int PATIENCE_MILLIS = 60_000;

    private Wire() {}

    /**
     * An answer.
     *
     * @param headerLines as they came, letter case and all
     */
    record Answer(int status, List<String> headerLines, String body) {

        /** The value of a header of just this name. */
        Optional<String> header(String exactName) {
            return headerLines.stream()
                    .filter(line -> line.startsWith(exactName + ": "))
                    .map(line -> line.substring(exactName.length() + 2))
                    .findFirst();
        }

        boolean hasHeader(String anyCase) {
            return headerLines.stream()
                    .anyMatch(line -> line.regionMatches(true, 0, anyCase + ":", 0, anyCase.length() + 1));
        }
    }

    /**
     * Sends a request and reads the answer, and all that comes after it on the connection as body.
     *
     * @param lines the request's head, without the empty line at its end
     */
    static Answer send(int port, List<String> lines, byte[] body) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            List<String> head = new ArrayList<>(lines);
            head.add(1, "Host: 127.0.0.1:" + port);
            head.add("Connection: close");
            socket.getOutputStream()
                    .write((String.join("\r\n", head) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().write(body);
            socket.getOutputStream().flush();
            return read(socket.getInputStream());
        }
    }

    /** Sends a request's body only when the server has said that it may come, as curl does with longer ones. */
    static Answer sendWhenAskedTo(int port, List<String> lines, byte[] body) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            List<String> head = new ArrayList<>(lines);
            head.add(1, "Host: 127.0.0.1:" + port);
            head.addAll(List.of("Expect: 100-continue", "Connection: close"));
            socket.getOutputStream()
                    .write((String.join("\r\n", head) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            String go = line(socket.getInputStream());
            if (!go.startsWith("HTTP/1.1 100") || !line(socket.getInputStream()).isEmpty()) {
                throw new IOException("not asked for the body: " + go);
            }
            socket.getOutputStream().write(body);
            socket.getOutputStream().flush();
            return read(socket.getInputStream());
        }
    }

    /** Sends a request and ends the connection before the answer can come. */
    static void sendAndHangUp(int port, List<String> lines, byte[] body) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            // With what may not linger, closing resets the connection.
            socket.setSoLinger(true, 0);
            List<String> head = new ArrayList<>(lines);
            head.add(1, "Host: 127.0.0.1:" + port);
            socket.getOutputStream()
                    .write((String.join("\r\n", head) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().write(body);
            socket.getOutputStream().flush();
        }
    }

    private static Answer read(InputStream in) throws IOException {
        String status = line(in);
        List<String> headers = new ArrayList<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            headers.add(line);
        }
        return new Answer(
                Integer.parseInt(status.split(" ", 3)[1]),
                headers,
                new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("the connection ended in the middle of a head");
            }
            if (next != '\r') {
                line.write(next);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }
}
