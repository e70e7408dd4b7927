package io.syncline.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Sends what no well-behaved client would send. */
public final class Wire {

    private static final int PATIENCE_MILLIS = 20_000;

    private Wire() {}

    /** Sends bytes as they are, each request once the one before is being answered, and reads until the server closes the connection. */
    public static String exchange(int port, String first, String... others) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            StringBuilder answers = new StringBuilder();
            send(socket, first);
            for (String other : others) {
                answers.append((char) socket.getInputStream().read());
                send(socket, other);
            }
            return answers + new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void send(Socket socket, String request) {
        try {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
        } catch (IOException refused) {
            // The server may answer and close before it has read all; its answer is read none the less.
        }
    }
}
