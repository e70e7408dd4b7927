package io.syncline.operations;

import io.syncline.http.Api;
import org.apache.camel.Exchange;

/** Answers {@code /observe/health}, open to everyone. Safe for use by many threads. */
public final class HealthEndpoint {

    private final Health health;

    HealthEndpoint(Health health) {
        this.health = health;
    }

    /** Says how things stand: 200 while it can serve, 503 when it cannot. */
    public void answer(Exchange exchange) {
        Api.answer(exchange, call -> {
            HealthReport report = health.check();
            Api.json(call, report.httpStatus(), report.json());
        });
    }
}
