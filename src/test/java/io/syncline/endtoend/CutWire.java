package io.syncline.endtoend;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A line between two processes that goes dead in the middle of a request or an answer, every now and then. */
final class CutWire implements AutoCloseable {

    /** One connection in so many is cut. */
    private static final int ONE_IN = 4;
    /** A cut comes within so many bytes. */
    private static final int CUT_WITHIN = 60_000;

    private final ServerSocket listening;
    private final int target;
    private final Random random;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean whole;

    CutWire(int target, Random random) throws IOException {
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.target = target;
        this.random = random;
        thread("wire", this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + listening.getLocalPort();
    }

    /** Cuts no more. */
    void mend() {
        whole = true;
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                connect(listening.accept());
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void connect(Socket caller) throws IOException {
        Socket callee;
        try {
            callee = new Socket(InetAddress.getLoopbackAddress(), target);
        } catch (IOException away) {
            caller.close();
            return;
        }
        open.add(caller);
        open.add(callee);
        boolean cut;
        int cutTo;
        int cutBack;
        synchronized (random) {
            cut = !whole && random.nextInt(ONE_IN) == 0;
            cutTo = cut && random.nextInt(3) == 0 ? random.nextInt(600) : Integer.MAX_VALUE;
            cutBack = cut ? random.nextInt(CUT_WITHIN) : Integer.MAX_VALUE;
        }
        thread("wire-to", () -> pass(caller, callee, cutTo));
        thread("wire-back", () -> pass(callee, caller, cutBack));
    }

    private void pass(Socket from, Socket to, int cutAfter) {
        byte[] buffer = new byte[8_192];
        long passed = 0;
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0 && passed + read <= cutAfter; read = in.read(buffer)) {
                out.write(buffer, 0, read);
                out.flush();
                passed += read;
            }
        } catch (SocketException ended) {
            // One of the two hung up, or the other direction was cut.
        } catch (IOException broken) {
            throw new IllegalStateException(broken);
        } finally {
            close(from);
            close(to);
        }
    }

    private void close(Socket socket) {
        open.remove(socket);
        try {
            socket.close();
        } catch (IOException alreadyGone) {
            // Then it is closed.
        }
    }

    private static void thread(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        open.forEach(this::close);
    }
}
