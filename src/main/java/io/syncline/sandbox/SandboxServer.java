package io.syncline.sandbox;

import io.syncline.sandbox.Fault.Cut;
import io.syncline.sandbox.upstream.Call;
import io.syncline.sandbox.upstream.Distortion;
import io.syncline.sandbox.upstream.Reply;
import io.syncline.sandbox.upstream.Upstream;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP side: gives each request to the control API or to its upstream, and the faults their due. */
final class SandboxServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SandboxServer.class);
    private static final int LARGEST_QUERY = 1 << 20;
    private static final int LARGEST_CONTROL_BODY = 32 << 20;
    private static final byte[] HTML =
            "<!doctype html><html><head><title>Sign in</title></head><body>Please sign in.</body></html>\n"
                    .getBytes(StandardCharsets.UTF_8);

    private final Vertx vertx;
    private final List<Upstream> upstreams;
    private final Faults faults;
    private final ControlApi control;
    private final HttpServer http;

    SandboxServer(Vertx vertx, List<Upstream> upstreams, Faults faults, ControlApi control) {
        this.vertx = vertx;
        this.upstreams = upstreams;
        this.faults = faults;
        this.control = control;
        this.http = vertx.createHttpServer(new HttpServerOptions()
                        // An upgrade now and then lost its answer.
                        .setHttp2ClearTextEnabled(false)
                        .setMaxInitialLineLength(1 << 16)
                        .setHandle100ContinueAutomatically(true))
                .requestHandler(this::receive)
                .exceptionHandler(failure -> LOG.debug("A connection failed", failure));
    }

    void listen(String host, int port) {
        try {
            http.listen(port, host).toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the sandbox was starting", interrupted);
        } catch (ExecutionException | TimeoutException refused) {
            throw new IllegalStateException(
                    "The sandbox cannot listen on " + host + ":" + port + ": " + rootMessage(refused)
                            + ". Set syncline.sandbox.port to a free port.",
                    refused);
        }
    }

    int port() {
        return http.actualPort();
    }

    @Override
    public void close() {
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException failure) {
            LOG.warn("The sandbox did not stop in good order: {}", rootMessage(failure));
        }
    }

    private void receive(HttpServerRequest request) {
        boolean forControl = isControl(request.path());
        int largest = forControl ? LARGEST_CONTROL_BODY : LARGEST_QUERY;
        Buffer body = Buffer.buffer();
        request.handler(part -> {
            if (body.length() + part.length() <= largest) {
                body.appendBuffer(part);
            } else if (!request.response().ended()) {
                Reply tooLarge = ControlApi.error(
                        413, "payload_too_large", "The body is larger than " + largest + " bytes.", "");
                send(request, tooLarge.with("Connection", "close"), Cut.NONE);
            }
        });
        request.endHandler(end -> {
            if (!request.response().ended()) {
                dispatch(request, body.getBytes());
            }
        });
    }

    private void dispatch(HttpServerRequest request, byte[] body) {
        Call call;
        try {
            call = call(request, body);
        } catch (IllegalArgumentException malformed) {
            send(request, ControlApi.error(400, "malformed_request", "The request line is malformed.", ""), Cut.NONE);
            return;
        }
        if (isControl(call.path())) {
            work(request, () -> control.answer(call), Cut.NONE);
            return;
        }
        Optional<Upstream> upstream = upstreams.stream()
                .filter(candidate -> call.path().startsWith(candidate.prefix()))
                .findFirst();
        if (upstream.isEmpty()) {
            send(request, ControlApi.error(404, "not_found", "No upstream here; see /sandbox.", ""), Cut.NONE);
            return;
        }
        serve(request, call, upstream.get());
    }

    private void serve(HttpServerRequest request, Call call, Upstream upstream) {
        Optional<ActiveFault> active = faults.begin(upstream.source());
        if (active.isEmpty()) {
            work(request, () -> upstream.answer(call, Distortion.NONE), Cut.NONE);
            return;
        }
        Fault fault = active.get().fault();
        Runnable answer = () -> {
            if (fault.dropConnection()) {
                request.connection().close();
            } else {
                work(request, () -> distorted(call, upstream, active.get()), fault.cut());
            }
        };
        if (fault.latencyMs() > 0) {
            vertx.setTimer(fault.latencyMs(), late -> answer.run());
        } else {
            answer.run();
        }
    }

    private static Reply distorted(Call call, Upstream upstream, ActiveFault active) {
        Fault fault = active.fault();
        if (fault.status().isPresent()) {
            return failed(call, fault);
        }
        return switch (fault.body()) {
            case HTML -> new Reply(200, Map.of("Content-Type", "text/html; charset=utf-8"), HTML);
            case ERRORS -> {
                Map<String, Object> errors = new HashMap<>();
                errors.put("errors", List.of(Map.of("message", "Something went wrong.")));
                errors.put("data", null);
                yield Reply.json(200, errors);
            }
            case NO_CONTENT -> Reply.empty(204);
            case TRUE -> upstream.answer(call, active.distortion());
        };
    }

    private static Reply failed(Call call, Fault fault) {
        int status = fault.status().getAsInt();
        Reply reply = status == 204 || status == 304
                ? Reply.empty(status)
                : Reply.json(status, Map.of("errors", List.of(Map.of("message", "The sandbox answers " + status))));
        if (status >= 300 && status < 400) {
            reply = reply.with("Location", call.path());
        }
        return fault.retryAfter().isPresent()
                ? reply.with("Retry-After", Integer.toString(fault.retryAfter().getAsInt()))
                : reply;
    }

    private void work(HttpServerRequest request, java.util.concurrent.Callable<Reply> answer, Cut cut) {
        vertx.executeBlocking(answer, false).onComplete(done -> {
            if (done.succeeded()) {
                send(request, done.result(), cut);
            } else {
                LOG.error("The sandbox failed to answer {} {}", request.method(), request.path(), done.cause());
                send(request, ControlApi.error(500, "internal_error", "The sandbox failed.", ""), Cut.NONE);
            }
        });
    }

    private static void send(HttpServerRequest request, Reply reply, Cut cut) {
        HttpServerResponse response = request.response();
        if (response.closed() || response.ended()) {
            return;
        }
        response.setStatusCode(reply.status());
        reply.headers().forEach(response::putHeader);
        Buffer body = Buffer.buffer(reply.body());
        if (cut == Cut.NONE || body.length() < 2) {
            response.end(body);
        } else if (cut == Cut.JSON) {
            response.end(body.getBuffer(0, body.length() / 2));
        } else {
            response.putHeader("Content-Length", Integer.toString(body.length()));
            response.write(body.getBuffer(0, body.length() / 2))
                    .onComplete(written -> request.connection().close());
        }
    }

    private static boolean isControl(String path) {
        return path != null && (path.equals(ControlApi.PREFIX) || path.startsWith(ControlApi.PREFIX + "/"));
    }

    private static Call call(HttpServerRequest request, byte[] body) {
        Map<String, String> parameters = new HashMap<>();
        request.params().forEach((name, value) -> parameters.putIfAbsent(name, value));
        Map<String, String> headers = new HashMap<>();
        request.headers().forEach((name, value) -> headers.putIfAbsent(name.toLowerCase(Locale.ROOT), value));
        String path = request.path() == null ? "/" : request.path();
        return new Call(request.method().name(), path, parameters, headers, body);
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }
}
