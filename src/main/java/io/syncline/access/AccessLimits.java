package io.syncline.access;

/**
 * How much one token, and one address without a good token, may ask for.
 *
 * @param requestsPerSecond most requests a second of each token, over all protocols; 0 for no limit
 * @param failuresPerMinute most requests a minute of each address that are told what is wrong with their token; those after them are told
 *     to wait. Requests with a good token are not touched by it. 0 for no limit
 */
public record AccessLimits(int requestsPerSecond, int failuresPerMinute) {

    public AccessLimits {
        if (requestsPerSecond < 0 || failuresPerMinute < 0) {
            throw new IllegalArgumentException("a limit is 0 or more");
        }
    }

    /** What holds unless it is set. */
    public static AccessLimits usual() {
        return new AccessLimits(0, 60);
    }
}
