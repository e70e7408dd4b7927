package io.syncline.http;

import java.util.Locale;

/** Why the server ended a connection that a client left open. */
public enum ConnectionEnd {
    /** There were as many as there may be, and none of them could make room. */
    REFUSED,
    /** There were as many as there may be, and this one had waited longest for a request, or for the rest of one. */
    REPLACED,
    /** No request came for too long. */
    IDLE,
    /** A request took too long to arrive. */
    SLOW_REQUEST,
    /** The client took nothing of its answer for too long, or all together left too much. */
    UNREAD_ANSWER,
    /** More requests were sent ahead of their answers than any client does. */
    TOO_MANY_AHEAD;

    /** As metrics show it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
