package io.syncline.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;
import java.net.InetSocketAddress;

/**
 * How far a connection is with its requests and answers, and since when. What happens on it is told on its own thread; any thread may ask.
 *
 * <p>Requests only write down the second that the server's clock shows, and that clock looks at all connections at every second: a timer for each
 * request would cost more than most requests do.
 */
final class Connection {

    /** A request did not arrive in time; told to the connection's handlers. */
    static final Object LATE = new Object();

    /** What a connection is doing. */
    enum Stage {
        /** The first bytes of a request are there, or those of the very first are being waited for. */
        HEAD,
        /** A request's head is there, its body is not. */
        BODY,
        /** The server owes an answer. */
        ANSWER,
        /** For the next request. */
        WAITING
    }

    /** Well above what clients that send requests ahead of answers do; each is held in memory until its turn comes. */
    static final int MOST_AHEAD = 100;

    private static final int SECONDS_FOR_MOST_BODIES = 3;

    private final Channel channel;
    private final Connections all;

    private volatile Stage stage = Stage.HEAD;
    private volatile int since;
    private volatile int takenAt;

    private boolean ending;
    private int unanswered;
    private boolean bodyToCome;
    /** Bytes of the body that is coming. */
    private long body;
    /** Bytes that count as those of long bodies, until all requests are answered. */
    private long kept;

    private int answers;
    private long seenTaken = -1;

    Connection(Channel channel, Connections all) {
        this.channel = channel;
        this.all = all;
        this.since = all.now();
    }

    void bytesCame() {
        if (stage == Stage.WAITING) {
            enter(Stage.HEAD);
        }
    }

    void requestBegan() {
        bodyToCome = true;
        body = 0;
        unanswered++;
        if (unanswered > MOST_AHEAD) {
            end(ConnectionEnd.TOO_MANY_AHEAD);
        } else if (unanswered == 1) {
            // Since when it arrives stays: head and body have one time together.
            stage = Stage.BODY;
        }
    }

    /** Tells whether there is room for a part of a body that has come. */
    boolean bodyCame(int bytes) {
        body += bytes;
        long counted = Math.min(bytes, body - RouteServer.SHORT_BODY);
        // What comes of a request that has been answered already is kept by nobody.
        if (counted <= 0 || unanswered <= 0) {
            return true;
        }
        boolean fits = all.longBodies().letIn(counted, kept);
        if (fits) {
            kept += counted;
        }
        return fits;
    }

    /** Nothing is kept any more of what came in bodies. */
    void forgetBodies() {
        if (kept > 0) {
            all.longBodies().gone(kept);
            kept = 0;
        }
    }

    void requestEnded() {
        bodyToCome = false;
        enter(unanswered > 0 ? Stage.ANSWER : Stage.WAITING);
    }

    /** @param nextCame whether there are bytes of a next request */
    void answered(boolean nextCame) {
        answers++;
        unanswered--;
        if (unanswered == 1 && bodyToCome) {
            enter(Stage.BODY);
        } else if (unanswered <= 0 && !bodyToCome) {
            enter(nextCame ? Stage.HEAD : Stage.WAITING);
        }
        if (unanswered <= 0) {
            forgetBodies();
        }
    }

    private void enter(Stage next) {
        stage = next;
        since = all.now();
    }

    /** Bytes of answers that the client has not taken. */
    long unread() {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    /** The second at which the client last took something of its answers, while some of them is unread. */
    int takenAt() {
        return takenAt;
    }

    /** Whether nothing is lost by ending it but a little of a client's time, who has had enough of it for most requests. */
    boolean canBeReplaced() {
        int waits = all.now() - since;
        boolean longEnough =
                switch (stage) {
                    case HEAD, WAITING -> waits > 0;
                    case BODY -> waits > SECONDS_FOR_MOST_BODIES;
                    case ANSWER -> false;
                };
        return longEnough && unread() == 0;
    }

    Stage stage() {
        return stage;
    }

    /** The second at which it came to its stage. */
    int since() {
        return since;
    }

    String address() {
        return channel.remoteAddress() instanceof InetSocketAddress address
                ? address.getAddress().getHostAddress()
                : "an unknown address";
    }

    /** Looks whether it has kept the server waiting for too long. For one thread at a time, that of the clock. */
    void look(ConnectionLimits limits) {
        int now = all.now();
        if (unread() > 0) {
            soon(() -> lookAtUnread(now, limits.answer().toSeconds()));
            return;
        }
        Stage seen = stage;
        int came = since;
        int waits = now - came;
        if (seen == Stage.WAITING && waits > limits.idle().toSeconds()) {
            soon(() -> endIfStill(seen, came, ConnectionEnd.IDLE));
        } else if ((seen == Stage.HEAD || seen == Stage.BODY)
                && waits > limits.request().toSeconds()) {
            soon(() -> lateIfStill(seen, came));
        }
    }

    private void soon(Runnable task) {
        channel.eventLoop().execute(task);
    }

    private void endIfStill(Stage seen, int came, ConnectionEnd reason) {
        if (stage == seen && since == came) {
            end(reason);
        }
    }

    private void lateIfStill(Stage seen, int came) {
        if (stage != seen || since != came) {
            return;
        }
        if (ending) {
            // It was told a second ago, and is still here.
            close();
            return;
        }
        all.count(ConnectionEnd.SLOW_REQUEST, this);
        ending = true;
        channel.pipeline().fireUserEventTriggered(LATE);
    }

    private void lookAtUnread(int now, long patience) {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        if (buffer == null) {
            return;
        }
        // What the client does next has its time from when it has taken its answer.
        since = now;
        long taken = ((long) System.identityHashCode(buffer.current()) << Integer.SIZE)
                ^ buffer.currentProgress()
                ^ ((long) answers << Short.SIZE);
        if (taken != seenTaken) {
            seenTaken = taken;
            takenAt = now;
        } else if (now - takenAt > patience) {
            end(ConnectionEnd.UNREAD_ANSWER);
        }
    }

    /** Ends it, unless it has come to something that is better not broken off. Any thread may ask for that. */
    boolean replace() {
        Stage seen = stage;
        int came = since;
        if (!canBeReplaced()) {
            return false;
        }
        soon(() -> endIfStill(seen, came, ConnectionEnd.REPLACED));
        return true;
    }

    /** Ends it. Any thread may ask for that. */
    void endSoon(ConnectionEnd reason) {
        soon(() -> end(reason));
    }

    private void end(ConnectionEnd reason) {
        if (!ending) {
            ending = true;
            all.count(reason, this);
        }
        close();
    }

    /** At once: the server's own close first waits until the client has taken what is written. */
    void close() {
        ChannelFuture unused = channel.pipeline().firstContext().close();
    }
}
