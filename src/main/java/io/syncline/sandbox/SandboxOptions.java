package io.syncline.sandbox;

/**
 * How a sandbox runs. Immutable.
 *
 * @param host the address it listens on; its control API asks for no token, so leave it on the loopback
 * @param port 0 for any free one
 * @param token what callers of the upstreams have to send
 * @param changesPerSecond how fast each upstream changes on its own; 0 for stillness, at most 10,000
 * @param seed decides which changes; the same seed gives the same changes in the same order
 * @param pageSize records a page, 1 to 1,000
 * @param planeRequestsPerMinute what Plane allows for one key, 1 to 1,000,000
 */
public record SandboxOptions(
        String host,
        int port,
        String token,
        double changesPerSecond,
        long seed,
        int pageSize,
        int planeRequestsPerMinute) {
    static final double FASTEST = 10_000;

    public SandboxOptions {
        require(port >= 0 && port <= 65_535, "syncline.sandbox.port", port);
        require(
                changesPerSecond >= 0 && changesPerSecond <= FASTEST,
                "syncline.sandbox.changes-per-second",
                changesPerSecond);
        require(pageSize >= 1 && pageSize <= 1_000, "syncline.sandbox.page-size", pageSize);
        require(
                planeRequestsPerMinute >= 1 && planeRequestsPerMinute <= 1_000_000,
                "syncline.sandbox.plane-requests-per-minute",
                planeRequestsPerMinute);
        require(!token.isBlank(), "syncline.sandbox.token", "(blank)");
    }

    /** Port 8081 of the loopback, five changes a second, pages of 100, the well-known sandbox token, 600 requests a minute. */
    public static SandboxOptions defaults() {
        return new SandboxOptions("127.0.0.1", 8081, "sandbox0".repeat(8), 5, 1, 100, 600);
    }

    public SandboxOptions withHost(String otherHost) {
        return new SandboxOptions(otherHost, port, token, changesPerSecond, seed, pageSize, planeRequestsPerMinute);
    }

    public SandboxOptions withPort(int otherPort) {
        return new SandboxOptions(host, otherPort, token, changesPerSecond, seed, pageSize, planeRequestsPerMinute);
    }

    public SandboxOptions withToken(String otherToken) {
        return new SandboxOptions(host, port, otherToken, changesPerSecond, seed, pageSize, planeRequestsPerMinute);
    }

    public SandboxOptions withChangesPerSecond(double otherPace) {
        return new SandboxOptions(host, port, token, otherPace, seed, pageSize, planeRequestsPerMinute);
    }

    public SandboxOptions withSeed(long otherSeed) {
        return new SandboxOptions(host, port, token, changesPerSecond, otherSeed, pageSize, planeRequestsPerMinute);
    }

    public SandboxOptions withPageSize(int otherPageSize) {
        return new SandboxOptions(host, port, token, changesPerSecond, seed, otherPageSize, planeRequestsPerMinute);
    }

    public SandboxOptions withPlaneRequestsPerMinute(int otherLimit) {
        return new SandboxOptions(host, port, token, changesPerSecond, seed, pageSize, otherLimit);
    }

    private static void require(boolean holds, String property, Object value) {
        if (!holds) {
            throw new IllegalArgumentException(property + " cannot be " + value);
        }
    }
}
