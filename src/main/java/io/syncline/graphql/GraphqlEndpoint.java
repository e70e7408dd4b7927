package io.syncline.graphql;

import io.syncline.access.Access;
import io.syncline.access.Caller;
import io.syncline.access.TokenScope;
import io.syncline.changelog.Changelog;
import io.syncline.http.Api;
import io.syncline.http.ApiException;
import io.syncline.http.HttpCall;
import io.syncline.integration.EntityTypes;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /graphql}: GraphQL over HTTP, as the specification of that name has it. A request needs a token with the scope {@code sync}, which is
 * looked at before anything else. Safe for use by many threads.
 */
public final class GraphqlEndpoint implements Processor {

    private static final Logger LOG = LoggerFactory.getLogger(GraphqlEndpoint.class);

    private static final String JSON = "application/json";
    private static final String GRAPHQL_RESPONSE = "application/graphql-response+json";

    /** The first is what a client gets that takes either. */
    private static final List<String> OFFERED = List.of(JSON, GRAPHQL_RESPONSE);

    private static final Map<String, String> HEADERS = Map.of("Cache-Control", "no-store");

    /** Told of every page that is served. */
    @FunctionalInterface
    public interface PageListener {

        /**
         * A request was answered.
         *
         * @param startedNanos {@link System#nanoTime()} when it came in
         * @param changes how many changes were read for it
         */
        void served(long startedNanos, int changes);
    }

    /** The engine, and the entity types that it was made of. */
    private record Current(EntityTypes entityTypes, GraphqlEngine engine) {}

    private final Changelog changelog;
    private final Access access;
    private final Supplier<EntityTypes> entityTypes;
    private final GraphqlSettings settings;
    private final PageListener listener;
    private final RequestReader reader;
    private volatile Current current;

    /**
     * Serves what the changelog holds.
     *
     * @param entityTypes asked at every request; when it gives another object, the schema is made anew
     * @throws IllegalArgumentException if the entity types make no schema
     */
    public GraphqlEndpoint(
            Changelog changelog,
            Access access,
            Supplier<EntityTypes> entityTypes,
            GraphqlSettings settings,
            PageListener listener) {
        this.changelog = changelog;
        this.access = access;
        this.entityTypes = entityTypes;
        this.settings = settings;
        this.listener = listener;
        this.reader = new RequestReader(settings.maxBodyBytes());
        EntityTypes first = entityTypes.get();
        this.current = new Current(first, new GraphqlEngine(changelog, first, settings));
    }

    /** An error in the form of GraphQL, for what is refused before it comes here. */
    public static byte[] error(ApiException refused) {
        ByteBuffer body = ResultWriter.errors(
                List.of(ResultWriter.error(code(refused.status()), refused.getMessage(), List.of(), List.of())));
        byte[] bytes = new byte[body.remaining()];
        body.get(bytes);
        return bytes;
    }

    private static String code(int status) {
        return switch (status) {
            case 401 -> "UNAUTHENTICATED";
            case 403 -> "FORBIDDEN";
            case 429 -> "RATE_LIMITED";
            case 505 -> ErrorCode.BAD_USER_INPUT.name();
            default -> (status < 500 ? ErrorCode.BAD_USER_INPUT : ErrorCode.INTERNAL_SERVER_ERROR).name();
        };
    }

    @Override
    public void process(Exchange exchange) {
        long startedNanos = System.nanoTime();
        HttpCall call = HttpCall.of(exchange);
        String mediaType = JSON;
        try {
            Caller caller = access.admit(call, TokenScope.SYNC);
            mediaType = mediaType(call);
            GraphqlRequest request = reader.read(call);
            RequestContext context = new RequestContext(caller.view(), settings.timeout());
            GraphqlEngine.Answer answer = engine().answer(context, request);
            respond(call, answer.ran() ? 200 : notRun(mediaType), mediaType, answer.body());
            listener.served(startedNanos, answer.changes());
        } catch (GraphqlException e) {
            respond(
                    call,
                    notRun(mediaType),
                    mediaType,
                    ResultWriter.errors(
                            e.problems().stream().map(ResultWriter::error).toList()));
        } catch (GraphqlEngine.NotReadOnlyException e) {
            refuse(call, mediaType, RequestReader.notAllowed("POST", "By GET only a query may be run"));
        } catch (ApiException e) {
            refuse(call, mediaType, e);
        } catch (RequestContext.TimeoutException e) {
            refuse(call, mediaType, new ApiException(503, "TIMEOUT", e.getMessage()));
        } catch (RuntimeException e) {
            refuse(call, mediaType, Api.failed("A GraphQL request", e));
        }
    }

    private static String mediaType(HttpCall call) {
        String accepted = call.header("Accept").orElse("*/*");
        if (accepted.equals(JSON) || accepted.equals("*/*")) {
            return JSON;
        }
        return accepted.equals(GRAPHQL_RESPONSE) ? GRAPHQL_RESPONSE : Api.mediaType(call, OFFERED);
    }

    /** A request that is well-formed HTTP but cannot be run: old clients look for errors in a 200. */
    private static int notRun(String mediaType) {
        return mediaType.equals(JSON) ? 200 : 400;
    }

    private static void respond(HttpCall call, int status, String mediaType, ByteBuffer body) {
        call.respond(status, mediaType + "; charset=utf-8", HEADERS, body);
    }

    private static void refuse(HttpCall call, String mediaType, ApiException refused) {
        Map<String, String> headers = new HashMap<>(refused.headers());
        headers.put("Cache-Control", "no-store");
        call.respond(refused.status(), mediaType + "; charset=utf-8", headers, error(refused));
    }

    private GraphqlEngine engine() {
        Current known = current;
        return known.entityTypes() == entityTypes.get() ? known.engine() : renewed();
    }

    private synchronized GraphqlEngine renewed() {
        EntityTypes newest = entityTypes.get();
        if (current.entityTypes() != newest) {
            try {
                current = new Current(newest, new GraphqlEngine(changelog, newest, settings));
            } catch (RuntimeException e) {
                LOG.error("The GraphQL schema stays as it was: {}", e.getMessage());
                current = new Current(newest, current.engine());
            }
        }
        return current.engine();
    }
}
