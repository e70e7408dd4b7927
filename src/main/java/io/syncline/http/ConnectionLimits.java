package io.syncline.http;

import java.time.Duration;

/**
 * How many clients may be connected, and for how long each may keep the server waiting.
 *
 * @param most connections open at a time, 1 or more
 * @param idle how long a connection may wait between two requests; in whole seconds, as are the others
 * @param request how long a request may take to arrive, from its first byte to the last of its body
 * @param answer how long a client may take nothing of an answer that is being sent
 * @param unread bytes that all clients together may leave unread of their answers
 * @param longBodies bytes that all clients together may have sent in long bodies whose requests are not answered yet
 */
public record ConnectionLimits(
        int most, Duration idle, Duration request, Duration answer, long unread, long longBodies) {

    private static final int UNREAD_SHARE = 4;
    /** A route that reads a body has it in memory twice for a moment. */
    private static final int LONG_BODIES_SHARE = 8;

    public ConnectionLimits {
        if (most < 1 || unread < 1 || longBodies < 1) {
            throw new IllegalArgumentException("at least one connection and one byte are needed");
        }
        if (idle.toSeconds() < 1 || request.toSeconds() < 1 || answer.toSeconds() < 1) {
            throw new IllegalArgumentException("a time is a second or more");
        }
    }

    /** What holds unless it is set. */
    public static ConnectionLimits usual() {
        return new ConnectionLimits(
                4_096,
                Duration.ofMinutes(3),
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                Runtime.getRuntime().maxMemory() / UNREAD_SHARE,
                Runtime.getRuntime().maxMemory() / LONG_BODIES_SHARE);
    }
}
