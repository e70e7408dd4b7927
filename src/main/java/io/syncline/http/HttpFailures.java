package io.syncline.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.support.CamelContextHelper;

/**
 * Answers requests that fail before or outside a route, such as with too long a body or for an unknown path, in the form of the
 * protocol whose path it is: the server's own answers are HTML or nothing at all.
 */
public final class HttpFailures {

    private static final Map<Integer, String> MESSAGES = Map.of(
            400, "The request is malformed",
            404, "There is nothing at this path",
            405, "The method is not allowed here",
            406, "None of the accepted media types is available",
            413, "The body is too long",
            414, "The address is too long",
            415, "The body's media type is not supported",
            417, "The expectation cannot be met",
            500, "Internal error",
            503, "Not available now");

    /** How a protocol words an error. */
    public interface Form {

        /** The response to a status and a message for a person. */
        Body of(int status, String message);
    }

    /** A response's body and its media type. */
    public record Body(String contentType, String text) {}

    private record Protocol(String pathPrefix, Form form) {}

    private final List<Protocol> protocols;

    private HttpFailures(List<Protocol> protocols) {
        this.protocols = protocols;
    }

    /** For paths that start with none of the prefixes given to {@link #and}. */
    public static HttpFailures in(Form form) {
        return new HttpFailures(List.of(new Protocol("", form)));
    }

    /** The same, and paths that start with {@code pathPrefix} in a form of their own. */
    public HttpFailures and(String pathPrefix, Form form) {
        return new HttpFailures(Stream.concat(Stream.of(new Protocol(pathPrefix, form)), protocols.stream())
                .toList());
    }

    /**
     * Has the {@code platform-http} server of a started context answer so.
     *
     * @throws IllegalStateException if it has none
     */
    public void install(CamelContext context) {
        VertxPlatformHttpServer server = Optional.ofNullable(context.hasService(VertxPlatformHttpServer.class))
                .orElseThrow(() -> new IllegalStateException("the context has no platform-http server"));
        Router router = (Router) server.getServer().requestHandler();
        Router routes = CamelContextHelper.findSingleByType(context, VertxPlatformHttpRouter.class);
        MESSAGES.keySet().forEach(status -> router.errorHandler(status, failed -> answer(failed, status, routes)));
    }

    private static List<String> allowed(Router router, String path) {
        return router.getRoutes().stream()
                .filter(route -> route.methods() != null && matches(route, path))
                .flatMap(route -> route.methods().stream())
                .map(HttpMethod::name)
                .distinct()
                .sorted()
                .toList();
    }

    private static boolean matches(Route route, String path) {
        if (route.getPath() == null) {
            return false;
        }
        String pattern = Stream.of(route.getPath().split("/", -1))
                .map(segment -> segment.startsWith(":") ? "[^/]+" : Pattern.quote(segment))
                .collect(Collectors.joining("/"));
        return path.matches(pattern);
    }

    private void answer(RoutingContext context, int status, Router routes) {
        if (context.response().headWritten()) {
            context.request().connection().close();
            return;
        }
        String path = context.request().path();
        Form form = protocols.stream()
                .filter(protocol -> path.startsWith(protocol.pathPrefix()))
                .findFirst()
                .orElseThrow()
                .form();
        Body body = form.of(status, MESSAGES.get(status));
        if (status == 405) {
            context.response().putHeader("Allow", String.join(", ", allowed(routes, path)));
        }
        context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", body.contentType())
                .end(Buffer.buffer(body.text()));
    }
}
