package io.syncline.job;

import java.time.Duration;
import java.util.Optional;
import org.apache.camel.Exchange;

/** Why a job should not ask its upstream for anything just now. Safe for use by many threads. */
interface Patience {

    /**
     * A wait that is due.
     *
     * @param atMost after this long it is worth asking again
     * @param reason in a few words for a person
     * @param stage what the job does meanwhile, such as {@code waiting_for_breaker}
     */
    record Wait(Duration atMost, String reason, String stage) {}

    /** What the job that an exchange carries has to wait for before its next page; empty for nothing. */
    Optional<Wait> before(Exchange exchange);
}
