package io.syncline.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers what no route takes, in the form of {@link Api}: 404 for an unknown path, 405 with {@code Allow} for an unknown method, and what the
 * server refuses before a route sees it, such as a body that is too long. Without it these are HTML or plain text. A protocol with paths of
 * its own may have its own form.
 */
public final class UnmatchedRequests {

    private static final Logger LOG = LoggerFactory.getLogger(UnmatchedRequests.class);

    /** How a protocol words an error. */
    @FunctionalInterface
    public interface Form {

        /** The response to an error. */
        Refusal of(ApiException error);
    }

    /**
     * A response that refuses.
     *
     * @param headers the media type among them
     */
    public record Refusal(Map<String, String> headers, String body) {

        /** JSON, without more headers than the error has. */
        public static Refusal json(ApiException error, byte[] body) {
            Map<String, String> headers = new HashMap<>(error.headers());
            headers.put("Content-Type", Api.JSON);
            return new Refusal(headers, new String(body, StandardCharsets.UTF_8));
        }
    }

    private final VertxPlatformHttpRouter router;
    private final Map<String, Form> forms;

    private UnmatchedRequests(VertxPlatformHttpRouter router, Map<String, Form> forms) {
        this.router = router;
        this.forms = forms;
    }

    /** Puts itself behind all routes of a started server, those included that come later. */
    public static void answerOn(VertxPlatformHttpRouter router) {
        answerOn(router, Map.of());
    }

    /** The same, with the form of a protocol for each path that is not the API's, and for what is below it. */
    public static void answerOn(VertxPlatformHttpRouter router, Map<String, Form> forms) {
        UnmatchedRequests unmatched = new UnmatchedRequests(router, forms);
        router.route().last().handler(unmatched::unmatched).failureHandler(unmatched::failed);
        if (router.getServer().getServer().requestHandler() instanceof Router server) {
            // A path with a broken percent-encoding fails before any route is looked at.
            server.errorHandler(400, call -> unmatched.answer(call, malformed(400)));
        }
    }

    private void unmatched(RoutingContext call) {
        String path = call.normalizedPath();
        TreeSet<String> methods = router.getRoutes().stream()
                .filter(route -> route.methods() != null && matches(route, path))
                .flatMap(route -> route.methods().stream())
                .map(HttpMethod::name)
                .collect(Collectors.toCollection(TreeSet::new));
        if (methods.isEmpty()) {
            answer(call, new ApiException(404, "NOT_FOUND", "There is nothing at this path."));
        } else {
            String allowed = String.join(", ", methods);
            answer(
                    call,
                    new ApiException(
                            405,
                            "METHOD_NOT_ALLOWED",
                            "This path takes " + allowed + ".",
                            Optional.empty(),
                            Map.of("Allow", allowed)));
        }
    }

    private void failed(RoutingContext call) {
        int status = call.failure() instanceof HttpException refused ? refused.getStatusCode() : call.statusCode();
        if (status == 413) {
            answer(call, new ApiException(413, "PAYLOAD_TOO_LARGE", "The body is too long."));
        } else if (status >= 400 && status < 500) {
            answer(call, malformed(status));
        } else {
            String reference = UUID.randomUUID().toString();
            LOG.error(
                    "{} {} failed ({})", call.request().method(), call.request().path(), reference, call.failure());
            answer(call, Api.internal(reference));
        }
    }

    private static ApiException malformed(int status) {
        return new ApiException(status, "BAD_REQUEST", "The request is not well-formed HTTP.");
    }

    private void answer(RoutingContext call, ApiException error) {
        HttpServerResponse response = call.response();
        if (response.headWritten()) {
            response.reset();
            return;
        }
        Refusal refusal = form(call.request().path()).of(error);
        response.setStatusCode(error.status()).putHeader("Cache-Control", "no-store");
        refusal.headers().forEach(response::putHeader);
        if (error.status() == 413) {
            // The rest of the body is not read, so the connection cannot carry another request.
            response.putHeader("Connection", "close");
        }
        response.end(Buffer.buffer(refusal.body()));
    }

    private Form form(String path) {
        return forms.entrySet().stream()
                .filter(form -> path.equals(form.getKey()) || path.startsWith(form.getKey() + "/"))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(error -> Refusal.json(error, Api.bytes(error)));
    }

    /** As the server matches: a slash at the end does not count, and a part with a name takes any part that is not empty. */
    private static boolean matches(Route route, String path) {
        String pattern = route.getPath();
        if (pattern == null) {
            return false;
        }
        String[] parts = withoutSlashAtTheEnd(pattern).split("/", -1);
        String[] sent = withoutSlashAtTheEnd(path).split("/", -1);
        if (parts.length != sent.length) {
            return false;
        }
        for (int at = 0; at < parts.length; at++) {
            boolean fits = parts[at].startsWith(":") ? !sent[at].isEmpty() : parts[at].equals(sent[at]);
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    private static String withoutSlashAtTheEnd(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
