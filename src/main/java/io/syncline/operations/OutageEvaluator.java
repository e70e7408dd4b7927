package io.syncline.operations;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.boolex.EventEvaluatorBase;
import io.syncline.storage.Outage;

/** Finds log lines of a database that is away: libraries tell of it with long traces, of which a person learns nothing more. */
public final class OutageEvaluator extends EventEvaluatorBase<ILoggingEvent> {

    @Override
    public boolean evaluate(ILoggingEvent event) {
        return event.getThrowableProxy() instanceof ThrowableProxy thrown
                && Outage.in(thrown.getThrowable()).isPresent();
    }
}
