package io.syncline;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;

/** Says what is wrong with a port before a server tries to bind it and says so less clearly. */
final class Ports {

    private Ports() {}

    /** The port, or for 0 one that is free now. */
    static int orFree(int port, String host) {
        if (port != 0) {
            return port;
        }
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(host))) {
            return socket.getLocalPort();
        } catch (IOException unavailable) {
            // The host is at fault, which the check at start says.
            return port;
        }
    }

    /**
     * Makes sure that a server can listen there.
     *
     * @throws SettingsException naming the property to change
     */
    static void check(String host, int port, String hostProperty, String portProperty) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
        } catch (UnknownHostException unknown) {
            throw new SettingsException(hostProperty + " is \"" + host + "\", which is no address of this machine");
        } catch (IOException taken) {
            throw new SettingsException("Port " + port + " on " + host + " cannot be listened on (" + taken.getMessage()
                    + "). Stop what uses it, or set " + portProperty + " (" + PropertySource.variable(portProperty)
                    + ") to another port.");
        }
    }
}
