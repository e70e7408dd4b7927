package io.syncline.operations;

import io.syncline.http.HttpCall;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.camel.Exchange;

/** Answers {@code /observe/health}, open to everyone. Safe for use by many threads. */
public final class HealthEndpoint {

    private final Health health;

    HealthEndpoint(Health health) {
        this.health = health;
    }

    /** Says how things stand: 200 while it can serve, 503 when it cannot. */
    public void answer(Exchange exchange) {
        HttpCall call = HttpCall.of(exchange);
        if (Refusal.unlessRead(call)) {
            return;
        }
        HealthReport report = health.check();
        byte[] body = (report.json().toString() + "\n").getBytes(StandardCharsets.UTF_8);
        call.respond(report.httpStatus(), "application/json", Map.of("Cache-Control", "no-store"), body);
    }
}
