package io.syncline.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.List;

/**
 * Sends small requests over many kept-alive connections from one thread, each connection its next one as soon as it has the answer to
 * the last, and notes how long each took. For use by one thread.
 */
final class PollingClient implements AutoCloseable {

    /**
     * What a run gave.
     *
     * @param perSecond answers a second
     * @param p99Millis how long the slowest but one in a hundred took, in milliseconds
     */
    record Outcome(double perSecond, double p99Millis) {}

    private final Selector selector = Selector.open();
    private final List<ByteBuffer> requests;
    private int next;

    /** Connects; the requests are sent in turn, over and over. */
    PollingClient(int port, int connections, List<byte[]> requests) throws IOException {
        this.requests = requests.stream().map(ByteBuffer::wrap).toList();
        for (int connection = 0; connection < connections; connection++) {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, new Connection(channel));
        }
    }

    /** Sends so many requests and waits for their answers, all of which must be good. */
    Outcome run(int count) throws IOException {
        long[] nanos = new long[count];
        int sent = 0;
        int answered = 0;
        long started = System.nanoTime();
        for (SelectionKey key : selector.keys()) {
            if (sent < count) {
                ((Connection) key.attachment()).send(nextRequest());
                sent++;
            }
        }
        while (answered < count) {
            if (selector.select(30_000) == 0) {
                throw new IOException("no answer for 30 s");
            }
            for (SelectionKey key : selector.selectedKeys()) {
                Connection connection = (Connection) key.attachment();
                if (connection.receive()) {
                    nanos[answered++] = System.nanoTime() - connection.sentNanos;
                    if (sent < count) {
                        connection.send(nextRequest());
                        sent++;
                    }
                }
            }
            selector.selectedKeys().clear();
        }
        double perSecond = Rounds.rate(count, started);
        Arrays.sort(nanos);
        return new Outcome(perSecond, nanos[(int) (count * 0.99)] / 1e6);
    }

    private ByteBuffer nextRequest() {
        next = (next + 1) % requests.size();
        return requests.get(next).duplicate();
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }

    private static final class Connection {

        private final SocketChannel channel;
        private final ByteBuffer answer = ByteBuffer.allocate(64 * 1024);
        private final AnswerFrame frame = new AnswerFrame();
        private long sentNanos;

        Connection(SocketChannel channel) {
            this.channel = channel;
        }

        void send(ByteBuffer request) throws IOException {
            answer.clear();
            frame.reset();
            sentNanos = System.nanoTime();
            while (request.hasRemaining()) {
                channel.write(request);
            }
        }

        /** Reads what has come; tells whether the answer is whole. */
        boolean receive() throws IOException {
            if (channel.read(answer) < 0) {
                throw new EOFException("the server closed a connection");
            }
            return frame.isWhole(answer.array(), answer.position());
        }
    }
}
