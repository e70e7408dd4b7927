package io.syncline.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Finds ports to listen on. */
final class FreePort {

    private FreePort() {}

    static int next() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
