package io.syncline.job;

import io.syncline.integration.KnownSecrets;
import io.syncline.integration.SyncFailure;
import java.time.Duration;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the routes' retries call. Safe for use by many threads. */
public final class Retries {

    private static final Logger LOG = LoggerFactory.getLogger(Retries.class);
    /** The property of an exchange that holds why it was last tried again. */
    static final String LAST_FAILURE = "lastFailure";

    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    private final KnownSecrets secrets;

    public Retries(KnownSecrets secrets) {
        this.secrets = secrets;
    }

    /** Makes the next try wait as long as the upstream asked for, where it did. */
    public void obey(Exchange exchange) {
        Throwable caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        Optional<Duration> asked =
                caught instanceof SyncFailure.Throttled throttled ? throttled.retryAfter() : Optional.empty();
        asked.map(wait -> wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait)
                .ifPresentOrElse(
                        wait -> exchange.getMessage().setHeader(Exchange.REDELIVERY_DELAY, wait.toMillis()),
                        () -> exchange.getMessage().removeHeader(Exchange.REDELIVERY_DELAY));
    }

    /** Says that something is tried again. */
    public void tell(Exchange exchange) {
        Throwable caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        if (caught != null) {
            exchange.setProperty(LAST_FAILURE, caught.getMessage());
        }
        String integrationId = exchange.getProperty("integrationId", String.class);
        String told = secrets.of(integrationId)
                .masked("stream %s: %s; try %d of %d now"
                        .formatted(
                                exchange.getProperty("stream"),
                                caught == null ? "failed" : caught.getMessage(),
                                exchange.getMessage().getHeader(Exchange.REDELIVERY_COUNTER, 0, Integer.class) + 1,
                                exchange.getMessage().getHeader(Exchange.REDELIVERY_MAX_COUNTER, 0, Integer.class)
                                        + 1));
        LOG.info("{}: {}", integrationId, told);
        Optional.ofNullable(exchange.getProperty(Sync.RUN, Run.class))
                .ifPresent(run -> run.log(LogLine.Level.WARN, told));
    }
}
