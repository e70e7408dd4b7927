package io.syncline.http;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.StartupListener;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * The HTTP server behind the routes' {@code platform-http} endpoints. What it reads and keeps of a client is bounded, and what no route sees is
 * answered in the form of the protocol that it was meant for. Camel's own has no settings for that.
 */
public final class RouteServer extends VertxPlatformHttpServer {

    /** Longer bodies, in bytes, are read only of clients that the doorman lets in. */
    static final int SHORT_BODY = 64 * 1024;

    private static final int LONGEST_REQUEST_LINE = 32 * 1024;
    private static final int LONGEST_HEADERS = 16 * 1024;
    private static final int A_SECOND = 1_000;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /** Routes that stop wait for what they have in hand anyway. */
    private static final Duration PATIENCE_WHEN_STOPPING = Duration.ofSeconds(1);

    /** Decides who may send a long body. */
    @FunctionalInterface
    public interface Doorman {

        /**
         * Lets a client go on, or refuses it.
         *
         * @throws ApiException if this client may not
         */
        void admit(RequestHead request);
    }

    /**
     * Where and how it serves.
     *
     * @param port 0 for a free one
     * @param longestBody in bytes; longer ones are refused before a route sees them
     * @param compression whether an answer is compressed for a client that asks for it
     */
    public record Options(String host, int port, long longestBody, boolean compression, ConnectionLimits connections) {}

    private record Head(HttpServerRequest request) implements RequestHead {

        @Override
        public String method() {
            return request.method().name();
        }

        @Override
        public String path() {
            return request.path();
        }

        @Override
        public List<String> headers(String name) {
            return request.headers().getAll(name);
        }

        @Override
        public String remoteAddress() {
            return request.remoteAddress().hostAddress();
        }
    }

    private final Options options;
    private final Map<String, UnmatchedRequests.Form> forms;
    private final Doorman doorman;
    private final Connections connections;
    private volatile Entrance entrance;
    private volatile HttpServer server;

    private RouteServer(Options options, Map<String, UnmatchedRequests.Form> forms, Doorman doorman) {
        super(configuration(options));
        this.options = options;
        this.forms = forms;
        this.doorman = doorman;
        this.connections = new Connections(options.connections());
    }

    /**
     * Adds a server to a context that has not started yet; it starts and stops with it.
     *
     * @param forms the form of a protocol for each path that is not the API's, and for what is below it
     */
    public static RouteServer addTo(
            CamelContext context, Options options, Map<String, UnmatchedRequests.Form> forms, Doorman doorman) {
        RouteServer server = new RouteServer(options, forms, doorman);
        try {
            context.addService(server);
            context.addStartupListener(server.new LetIn());
        } catch (Exception failure) {
            throw new IllegalStateException("The HTTP server cannot be added", failure);
        }
        context.addLifecycleStrategy(server.new KeepOut());
        return server;
    }

    /** It listens before the routes are there; until they are, who comes waits. */
    private final class LetIn implements StartupListener {

        @Override
        public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
            // Not yet: the routes are about to start.
        }

        @Override
        public void onCamelContextFullyStarted(CamelContext context, boolean alreadyStarted) {
            entrance.open();
        }
    }

    /** It listens after the routes have gone, too. Who comes then waits, and is left without an answer. */
    private final class KeepOut extends LifecycleStrategySupport {

        @Override
        public void onContextStopping(CamelContext context) {
            if (entrance != null) {
                entrance.shut();
                entrance.awaitEmpty(PATIENCE_WHEN_STOPPING);
            }
        }
    }

    private static VertxPlatformHttpServerConfiguration configuration(Options options) {
        VertxPlatformHttpServerConfiguration configuration = new VertxPlatformHttpServerConfiguration();
        configuration.setBindHost(options.host());
        configuration.setBindPort(options.port());
        configuration.setMaxBodySize(options.longestBody());
        // Else whoever sends a form has it written to a file, token or not.
        configuration.getBodyHandler().setHandleFileUploads(false);
        return configuration;
    }

    @Override
    protected void startServer() {
        VertxPlatformHttpRouter router = VertxPlatformHttpRouter.lookup(
                getCamelContext(), VertxPlatformHttpRouter.getRouterNameFromPort(options.port()));
        UnmatchedRequests unmatched = UnmatchedRequests.answerOn(router, forms);
        entrance = new Entrance(router);
        entrance.shut();
        router.route().order(Integer.MIN_VALUE).handler(entrance::enter);
        router.route().order(Integer.MIN_VALUE + 1).handler(call -> lookAtLongBody(call, unmatched));
        HttpServerOptions served = new HttpServerOptions()
                .setMaxInitialLineLength(LONGEST_REQUEST_LINE)
                .setMaxHeaderSize(LONGEST_HEADERS)
                .setCompressionSupported(options.compression())
                // A second protocol with attacks of its own, for which no client asks that cannot do without.
                .setHttp2ClearTextEnabled(false);
        getVertx().setPeriodic(A_SECOND, second -> passSecond());
        server = completed(getVertx()
                .createHttpServer(served)
                .connectionHandler(client -> ConnectionRules.guard(client, connections))
                .requestHandler(request -> enterWhenAnswersAreTaken(request, router))
                .invalidRequestHandler(unmatched::invalid)
                .listen(options.port(), options.host()));
    }

    @Override
    protected void doStop() {
        if (server != null) {
            completed(server.close());
            server = null;
        }
        // Not there where another part kept the context from starting.
        if (getVertx() != null) {
            completed(getVertx().close());
            setVertx(null);
        }
    }

    /**
     * Lets requests wait from now on, so that none sees its route go, and returns when those under way are answered, after a few seconds in
     * any case. For one thread at a time.
     *
     * @return what lets them go on
     */
    public Runnable holdRequests() {
        entrance.shut();
        entrance.awaitEmpty(PATIENCE);
        return entrance::open;
    }

    private static <T> T completed(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    /** The clock by which connections are judged moves on by a second, as it does of itself at every second. */
    void passSecond() {
        connections.tick();
    }

    /** How many clients are connected. */
    public int connections() {
        return connections.open();
    }

    /** How many connections it has ended for a reason. */
    public long ended(ConnectionEnd reason) {
        return connections.ended(reason);
    }

    @Override
    public HttpServer getServer() {
        return server;
    }

    @Override
    public int getPort() {
        return server == null ? options.port() : server.actualPort();
    }

    /** A client that sends requests ahead gets no second answer made while it leaves the first unread. */
    private static void enterWhenAnswersAreTaken(HttpServerRequest request, Handler<HttpServerRequest> inside) {
        HttpServerResponse response = request.response();
        if (!response.writeQueueFull()) {
            inside.handle(request);
            return;
        }
        request.pause();
        response.drainHandler(taken -> {
            response.drainHandler(null);
            request.resume();
            inside.handle(request);
        });
    }

    private void lookAtLongBody(RoutingContext call, UnmatchedRequests unmatched) {
        if (mayBeLong(call.request())) {
            try {
                doorman.admit(new Head(call.request()));
            } catch (ApiException refused) {
                unmatched.answerUnread(call, refused);
                return;
            }
        }
        call.next();
    }

    private static boolean mayBeLong(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        if (length == null) {
            return request.getHeader("Transfer-Encoding") != null;
        }
        try {
            return Long.parseLong(length) > SHORT_BODY;
        } catch (NumberFormatException tooMuchForANumber) {
            return true;
        }
    }
}
