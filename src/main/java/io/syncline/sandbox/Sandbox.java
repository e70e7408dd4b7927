package io.syncline.sandbox;

import io.syncline.sandbox.letsbuild.LetsBuildUpstream;
import io.syncline.sandbox.plane.PlaneUpstream;
import io.syncline.sandbox.sell.SellUpstream;
import io.syncline.sandbox.upstream.Upstream;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;

/**
 * Upstreams to try it all without an account, on one HTTP port: LetsBuild at {@code /letsbuild/graphql}, Sell at
 * {@code /sell/v2/sync/...}, Plane at
 * {@code /plane/api/v1/...}, and under {@code /sandbox} the truth, changes on request, faults and the pace of change. Everything is in memory and begins
 * anew at every start.
 *
 * <pre>{@code
 * try (Sandbox sandbox = Sandbox.start(SandboxOptions.defaults().withPort(0).withChangesPerSecond(0))) {
 *     URI endpoint = URI.create(sandbox.url() + "/letsbuild/graphql");
 * }
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class Sandbox implements AutoCloseable {
    private final SandboxOptions options;
    private final Heartbeat heartbeat;
    private final SandboxServer server;

    private Sandbox(SandboxOptions options, Heartbeat heartbeat, SandboxServer server) {
        this.options = options;
        this.heartbeat = heartbeat;
        this.server = server;
    }

    /**
     * Starts a sandbox and returns when it answers.
     *
     * @throws IllegalStateException if the port is taken; the message names the property to mend
     */
    public static Sandbox start(SandboxOptions options) {
        String generation = UUID.randomUUID().toString();
        List<Upstream> upstreams = List.of(
                new LetsBuildUpstream(options.token(), options.pageSize(), options.seed(), generation),
                new SleepingUpstream(
                        "sell", "/sell/", () -> new SellUpstream(options.token(), options.pageSize(), options.seed())),
                new SleepingUpstream(
                        "plane",
                        "/plane/",
                        () -> new PlaneUpstream(
                                options.token(),
                                options.planeRequestsPerMinute(),
                                options.seed(),
                                InstantSource.system())));
        Faults faults = new Faults();
        Heartbeat heartbeat = new Heartbeat(upstreams, options.changesPerSecond());
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(4));
        SandboxServer server =
                new SandboxServer(vertx, upstreams, faults, new ControlApi(upstreams, faults, heartbeat));
        Sandbox sandbox = new Sandbox(options, heartbeat, server);
        try {
            server.listen(options.host(), options.port());
        } catch (IllegalStateException notStarted) {
            sandbox.close();
            throw notStarted;
        }
        return sandbox;
    }

    /** The port it listens on, also where any free one was asked for. */
    public int port() {
        return server.port();
    }

    /** Where it is reached, such as {@code http://127.0.0.1:8081}, without a slash at the end. */
    public String url() {
        return "http://" + options.host() + ":" + port();
    }

    /** Stops it; requests under way are cut off. Can be called more than once. */
    @Override
    public void close() {
        heartbeat.close();
        server.close();
    }
}
