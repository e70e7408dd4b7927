package io.syncline.operations;

import io.syncline.access.Access;
import io.syncline.access.Caller;
import io.syncline.access.TokenScope;
import io.syncline.http.Api;
import io.syncline.http.ApiException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.Exchange;

/** Answers {@code /observe/metrics} to a token with the scope jobs:read or admin. Safe for use by many threads. */
public final class MetricsEndpoint {

    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final Metrics metrics;
    private final Access access;
    private final Inquiry<List<Census.Count>> counts;
    private final Supplier<? extends Collection<IntegrationStatus>> integrations;
    private final Clock clock;

    MetricsEndpoint(
            Metrics metrics,
            Access access,
            Inquiry<List<Census.Count>> counts,
            Supplier<? extends Collection<IntegrationStatus>> integrations,
            Clock clock) {
        this.metrics = metrics;
        this.access = access;
        this.counts = counts;
        this.integrations = integrations;
        this.clock = clock;
    }

    /** Gives all metrics as Prometheus reads them. */
    public void answer(Exchange exchange) {
        Api.answer(exchange, call -> {
            Caller caller = access.admit(call, TokenScope.JOBS_READ, TokenScope.ADMIN);
            // They tell of all integrations, by name and number.
            if (!caller.scopes().contains(TokenScope.ADMIN) && !caller.view().everything()) {
                throw new ApiException(
                        403,
                        "FORBIDDEN",
                        "Metrics tell of every integration, and the token's principal does not see them all.");
            }
            // A database in trouble must not hide the other metrics.
            byte[] text = metrics.scrape(integrations.get(), counts.answer().orElse(List.of()), clock.instant())
                    .getBytes(StandardCharsets.UTF_8);
            call.respond(200, PROMETHEUS, Map.of("Cache-Control", "no-store"), text);
        });
    }
}
