package io.syncline.job;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.component.resilience4j.ResilienceProcessor;

/** The integrations' circuit breakers, as the routes named {@code <id>-page} have them. A job waits while its breaker is open. Safe for use by many threads. */
public final class Breakers implements Patience {

    /** The states of a circuit breaker. */
    public enum State {
        CLOSED,
        OPEN,
        HALF_OPEN
    }

    /** A breaker tells nobody when it lets try again. */
    private static final Wait OPEN = new Wait(
            Duration.ofMillis(500), "the circuit breaker is open after repeated failures", "waiting_for_breaker");

    /** Those that were told to have opened. */
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    @Override
    public Optional<Wait> before(Exchange exchange) {
        String integrationId = exchange.getProperty("integrationId", String.class);
        State state = state(exchange.getContext(), integrationId);
        if (state == State.CLOSED) {
            known.remove(integrationId);
        }
        return state == State.OPEN ? Optional.of(OPEN) : Optional.empty();
    }

    /** Whether an integration's breaker has opened since it was last closed, told once. */
    boolean hasOpened(Exchange exchange) {
        String integrationId = exchange.getProperty("integrationId", String.class);
        return state(exchange.getContext(), integrationId) == State.OPEN && known.add(integrationId);
    }

    /** The state of an integration's breaker: closed also where it has none. */
    public static State state(CamelContext context, String integrationId) {
        Route route = context.getRoute(integrationId + "-page");
        if (route == null) {
            return State.CLOSED;
        }
        // By its kind: what a template makes bears another id than the template gives.
        return route.filter("*").stream()
                .filter(ResilienceProcessor.class::isInstance)
                .findFirst()
                .map(breaker -> switch (((ResilienceProcessor) breaker).getCircuitBreakerState()) {
                    case "OPEN", "FORCED_OPEN" -> State.OPEN;
                    case "HALF_OPEN" -> State.HALF_OPEN;
                    default -> State.CLOSED;
                })
                .orElse(State.CLOSED);
    }
}
