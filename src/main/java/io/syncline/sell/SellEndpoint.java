package io.syncline.sell;

import io.syncline.access.Access;
import io.syncline.access.AccessDenied;
import io.syncline.access.Caller;
import io.syncline.access.TokenScope;
import io.syncline.http.Api;
import io.syncline.http.ApiException;
import io.syncline.http.BodyTooLargeException;
import io.syncline.http.HttpCall;
import io.syncline.http.UnmatchedRequests;
import io.syncline.operations.FeedMeter;
import io.syncline.storage.DatabaseException;
import io.syncline.storage.Outage;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Sell Sync API, version 2, over HTTP: what its routes under {@code /v2} do. Safe for use by many threads.
 *
 * <p>What the clients are strict about: 202 and 204 carry neither a body nor a media type, every error carries the envelope, and header names
 * have just this letter case.
 */
public final class SellEndpoint {

    /** The longest body, in bytes: more than 100,000 acknowledgement keys. */
    public static final int LONGEST_BODY = 16 * 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(SellEndpoint.class);
    private static final String JSON = "application/json";
    private static final String QUEUE = "main";
    /** Of {@code /v2/sync/:session_id/queues/:queue}, cut at its slashes. */
    private static final int SESSION_PART = 3;

    private static final int QUEUE_PART = 5;

    private final SellSync sync;
    private final Access access;
    private final FeedMeter meter;

    public SellEndpoint(SellSync sync, Access access, FeedMeter meter) {
        this.sync = sync;
        this.access = access;
        this.meter = meter;
    }

    /** {@code POST /v2/sync/start}: 201 with a session, or 204 if there is nothing new for the device. */
    public void start(Exchange exchange) {
        answer(exchange, this::start);
    }

    /** {@code GET /v2/sync/:session_id/queues/:queue}: 200 with a page, or 204 at the end. */
    public void next(Exchange exchange) {
        answer(exchange, this::next);
    }

    /** {@code POST /v2/sync/ack}: 202 once the acknowledgements are on the disk. */
    public void acknowledge(Exchange exchange) {
        answer(exchange, this::acknowledge);
    }

    /** An error in the protocol's envelope, for what is refused before it comes here. */
    public static UnmatchedRequests.Refusal refusal(ApiException refused) {
        String code =
                switch (refused.status()) {
                    case 401 -> "unauthorized";
                    case 404, 405 -> "incorrect_path";
                    case 413 -> "invalid_payload";
                    case 429 -> "rate_limit_exceeded";
                    case 503 -> "temporarily_unavailable";
                    default -> refused.status() < 500 ? "invalid_param" : "server_error";
                };
        SellException error =
                new SellException(refused.status(), code, refused.getMessage(), Optional.empty(), refused.headers());
        String requestId = UUID.randomUUID().toString();
        Map<String, String> headers = new HashMap<>(Envelope.headers(error, requestId));
        headers.put("Content-Type", Envelope.CONTENT_TYPE);
        return new UnmatchedRequests.Refusal(
                headers, new String(Envelope.body(error, requestId), StandardCharsets.UTF_8));
    }

    private interface Action {
        void answer(HttpCall call, Caller caller, String requestId);
    }

    private void answer(Exchange exchange, Action action) {
        HttpCall call = HttpCall.of(exchange);
        String requestId = UUID.randomUUID().toString();
        try {
            Caller caller = caller(call);
            requireJsonAccepted(call);
            action.answer(call, caller, requestId);
        } catch (SellException e) {
            fail(call, e, requestId);
        } catch (BodyTooLargeException e) {
            fail(call, new SellException(413, "invalid_payload", e.getMessage() + "."), requestId);
        } catch (DatabaseException e) {
            Outage.in(e)
                    .ifPresentOrElse(
                            away -> LOG.warn(
                                    "{} {} cannot be answered while the database cannot be used: {}",
                                    call.method(),
                                    call.path(),
                                    away),
                            () -> LOG.error("{} {} failed ({})", call.method(), call.path(), requestId, e));
            fail(
                    call,
                    new SellException(
                            503,
                            "temporarily_unavailable",
                            "The database cannot be used just now.",
                            Optional.empty(),
                            Map.of("Retry-After", Integer.toString(Api.SECONDS_TO_RETRY))),
                    requestId);
        } catch (RuntimeException e) {
            LOG.error("{} {} failed ({})", call.method(), call.path(), requestId, e);
            fail(
                    call,
                    new SellException(500, "server_error", "Something went wrong here; the server's log tells more."),
                    requestId);
        }
    }

    private void start(HttpCall call, Caller caller, String requestId) {
        DeviceKey device = device(call, caller);
        ignoreBody(call);
        Optional<SellSync.Started> started = sync.start(caller.view(), device);
        if (started.isEmpty()) {
            call.respond(204, ok(requestId));
            return;
        }
        SellSync.Started session = started.get();
        String self = origin(call) + "/v2/sync/" + session.id() + "/queues/" + QUEUE;
        String body = "{\"data\":{\"id\":\"" + session.id() + "\",\"queues\":[{\"data\":{\"name\":\"" + QUEUE
                + "\",\"pages\":" + session.pages() + ",\"total_count\":" + session.totalCount()
                + "},\"meta\":{\"type\":\"sync_queue\",\"links\":{\"self\":" + JsonText.quoted(self)
                + "}}}]},\"meta\":{\"type\":\"sync_session\"}}";
        call.respond(201, JSON, ok(requestId), body.getBytes(StandardCharsets.UTF_8));
    }

    private void next(HttpCall call, Caller caller, String requestId) {
        long started = System.nanoTime();
        String[] path = call.normalizedPath().split("/", -1);
        String session = path[SESSION_PART];
        String queue = path[QUEUE_PART];
        DeviceKey device = device(call, caller);
        UUID id = SessionId.parse(session)
                .orElseThrow(() -> new SellException(404, "not_found", "The session id is not one of ours."));
        if (!queue.equals(QUEUE)) {
            throw new SellException(404, "not_found", "A session has one queue, " + QUEUE + ".");
        }
        Optional<SellSync.Answer> page = sync.next(caller.view(), device, id);
        if (page.isPresent()) {
            call.respond(200, JSON, ok(requestId), page.get().body());
        } else {
            call.respond(204, ok(requestId));
        }
        meter.served(started, page.map(SellSync.Answer::count).orElse(0));
    }

    private void acknowledge(HttpCall call, Caller caller, String requestId) {
        DeviceKey device = device(call, caller);
        requireJson(call);
        sync.acknowledge(caller.view(), device, call.body(LONGEST_BODY));
        call.respond(202, ok(requestId));
    }

    private Caller caller(HttpCall call) {
        try {
            return access.admit(call, TokenScope.SYNC);
        } catch (AccessDenied e) {
            throw new SellException(e.status(), code(e), e.getMessage(), Optional.empty(), e.headers());
        }
    }

    private static String code(AccessDenied refused) {
        return switch (refused.status()) {
            case 403 -> "insufficient_scope";
            case 429 -> "rate_limit_exceeded";
            default -> "unauthorized";
        };
    }

    private static DeviceKey device(HttpCall call, Caller caller) {
        String uuid = call.header("X-Basecrm-Device-UUID")
                .map(String::strip)
                .filter(DeviceKey::isUuid)
                .orElseThrow(() -> new SellException(
                        400, "invalid_header", "The header X-Basecrm-Device-UUID must be the device's UUID."));
        return DeviceKey.of(caller.principal(), uuid);
    }

    private static void requireJsonAccepted(HttpCall call) {
        try {
            Api.mediaType(call, List.of(JSON));
        } catch (ApiException e) {
            throw new SellException(406, "invalid_header", "The Accept header excludes " + JSON + ".");
        }
    }

    /** A start takes no payload, but clients send one: nothing in several ways, or JSON's null. */
    private static void ignoreBody(HttpCall call) {
        byte[] body = call.body(LONGEST_BODY);
        if (body.length > 0 && isJson(call)) {
            AckPayload.pass(body);
        }
    }

    private static void requireJson(HttpCall call) {
        if (!isJson(call)) {
            throw new SellException(400, "invalid_payload", "The payload must be JSON, and be declared as such.");
        }
    }

    /** Whether the payload is declared as JSON, or not declared at all. */
    private static boolean isJson(HttpCall call) {
        String type = call.header("Content-Type").orElse(JSON).toLowerCase(Locale.ROOT);
        int end = type.indexOf(';');
        String media = (end < 0 ? type : type.substring(0, end)).strip();
        return media.equals(JSON) || media.endsWith("+json");
    }

    /** As the client reached it, so that the link works from where the client is. */
    private static String origin(HttpCall call) {
        boolean https = call.header("X-Forwarded-Proto")
                .filter("https"::equalsIgnoreCase)
                .isPresent();
        return (https ? "https://" : "http://") + call.header("Host").orElse("localhost");
    }

    private static Map<String, String> ok(String requestId) {
        return Map.of("X-Request-Id", requestId, "Cache-Control", "no-store");
    }

    private static void fail(HttpCall call, SellException error, String requestId) {
        call.respond(
                error.status(),
                Envelope.CONTENT_TYPE,
                Envelope.headers(error, requestId),
                Envelope.body(error, requestId));
    }
}
