package io.syncline.operations;

import io.syncline.access.Access;
import io.syncline.access.Caller;
import io.syncline.access.TokenScope;
import io.syncline.http.HttpCall;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers {@code /observe/metrics} to a token with the scope jobs:read or admin. Safe for use by many threads. */
public final class MetricsEndpoint {

    private static final Logger LOG = LoggerFactory.getLogger(MetricsEndpoint.class);
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final Metrics metrics;
    private final Access access;
    private final Census census;
    private final Supplier<? extends Collection<IntegrationStatus>> integrations;
    private final Clock clock;

    MetricsEndpoint(
            Metrics metrics,
            Access access,
            Census census,
            Supplier<? extends Collection<IntegrationStatus>> integrations,
            Clock clock) {
        this.metrics = metrics;
        this.access = access;
        this.census = census;
        this.integrations = integrations;
        this.clock = clock;
    }

    /** Gives all metrics as Prometheus reads them. */
    public void answer(Exchange exchange) {
        HttpCall call = HttpCall.of(exchange);
        Optional<Caller> caller = call.bearerToken().flatMap(access::caller);
        if (caller.isEmpty()) {
            Refusal.unauthenticated(call);
        } else if (!caller.get().scopes().contains(TokenScope.JOBS_READ)
                && !caller.get().scopes().contains(TokenScope.ADMIN)) {
            Refusal.forbidden(call, "the metrics need a token with the scope jobs:read or admin");
        } else if (!Refusal.unlessRead(call)) {
            byte[] text = metrics.scrape(integrations.get(), counts(), clock.instant())
                    .getBytes(StandardCharsets.UTF_8);
            call.respond(200, PROMETHEUS, Map.of("Cache-Control", "no-store"), text);
        }
    }

    /** A database in trouble must not hide the other metrics. */
    private List<Census.Count> counts() {
        try {
            return census.counts();
        } catch (SQLException e) {
            LOG.warn("The metrics are without partial entities and quarantine, the database says: {}", e.getMessage());
            return List.of();
        }
    }
}
