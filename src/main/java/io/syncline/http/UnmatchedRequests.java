package io.syncline.http;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
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

    private static final String NOTHING_THERE = "There is nothing at this path.";
    private static final long MILLIS_TO_READ_A_REFUSAL = 5_000;

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

    /** Puts itself behind all routes, those included that come later. */
    static UnmatchedRequests answerOn(VertxPlatformHttpRouter router, Map<String, Form> forms) {
        UnmatchedRequests unmatched = new UnmatchedRequests(router, forms);
        router.route().last().handler(unmatched::unmatched).failureHandler(unmatched::failed);
        // A path with a broken percent-encoding fails before any route is looked at.
        router.errorHandler(400, call -> unmatched.answer(call, malformed(400)));
        return unmatched;
    }

    /** Answers what cannot be read as HTTP, and ends the connection: what follows on it could be taken for anything. */
    void invalid(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        ApiException error;
        if (cause instanceof TooLongHttpLineException) {
            error = new ApiException(
                    414, "URI_TOO_LONG", "The path and query are too long; a long query can be posted.");
        } else if (cause instanceof TooLongHttpHeaderException) {
            error = new ApiException(431, "HEADERS_TOO_LARGE", "The headers are too long.");
        } else if (cause instanceof ConnectionRules.UnknownVersionException) {
            error = new ApiException(505, "HTTP_VERSION_NOT_SUPPORTED", "HTTP/1.1 is spoken here.");
        } else if (cause instanceof ConnectionRules.LateException) {
            error = late();
        } else if (cause instanceof ConnectionRules.NoRoomException) {
            error = noRoom();
        } else {
            error = malformed(400);
        }
        HttpServerResponse response = request.response();
        end(response, request.path(), error);
        request.connection().close();
    }

    private void unmatched(RoutingContext call) {
        String path = call.normalizedPath();
        TreeSet<String> methods = router.getRoutes().stream()
                .filter(route -> route.methods() != null && matches(route, path))
                .flatMap(route -> route.methods().stream())
                .map(HttpMethod::name)
                .collect(Collectors.toCollection(TreeSet::new));
        if (methods.isEmpty()) {
            answer(call, new ApiException(404, "NOT_FOUND", NOTHING_THERE));
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
            answerUnread(call, new ApiException(413, "PAYLOAD_TOO_LARGE", "The body is too long."));
        } else if (status == 404) {
            answer(call, new ApiException(404, "NOT_FOUND", NOTHING_THERE));
        } else if (status >= 400 && status < 500) {
            answer(call, malformed(status));
        } else if (call.failure() instanceof ConnectionRules.LateException) {
            answer(call, late());
        } else if (call.failure() instanceof ConnectionRules.NoRoomException) {
            answerUnread(call, noRoom());
        } else if (!call.request().isEnded()) {
            // While it is still being read no code of ours has run: it broke off, or cannot be read to its end.
            LOG.debug(
                    "{} {} was not read: {}",
                    call.request().method(),
                    call.request().path(),
                    call.failure());
            answer(call, malformed(400));
        } else {
            String reference = UUID.randomUUID().toString();
            LOG.error(
                    "{} {} failed ({})", call.request().method(), call.request().path(), reference, call.failure());
            answer(call, Api.internal(reference));
        }
    }

    private static ApiException late() {
        return new ApiException(408, "REQUEST_TIMEOUT", "The request took too long to arrive.");
    }

    private static ApiException noRoom() {
        return new ApiException(
                503,
                "TEMPORARILY_UNAVAILABLE",
                "Too much is being sent at once; try again, with a shorter body if you can.",
                Optional.empty(),
                Map.of("Retry-After", Integer.toString(Api.SECONDS_TO_RETRY)));
    }

    private static ApiException malformed(int status) {
        return new ApiException(status, "BAD_REQUEST", "The request is not well-formed HTTP.");
    }

    /** Answers with an error, in the form of the path. */
    void answer(RoutingContext call, ApiException error) {
        HttpServerResponse response = call.response();
        if (response.closed()) {
            return;
        }
        if (response.headWritten()) {
            response.reset();
            return;
        }
        end(response, call.request().path(), error);
    }

    /** The same, and ends the connection, for a body that is not going to be read. */
    void answerUnread(RoutingContext call, ApiException error) {
        call.response().putHeader("Connection", "close");
        answer(call, error);
        // Not at once: a client that is still sending would see the end before the answer.
        call.vertx().setTimer(MILLIS_TO_READ_A_REFUSAL, timer -> call.request()
                .connection()
                .close());
    }

    private void end(HttpServerResponse response, String path, ApiException error) {
        Refusal refusal = form(path).of(error);
        response.setStatusCode(error.status()).putHeader("Cache-Control", "no-store");
        refusal.headers().forEach(response::putHeader);
        response.end(Buffer.buffer(refusal.body()));
    }

    private Form form(String sent) {
        String path = sent == null ? "" : sent;
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
