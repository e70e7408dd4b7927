package io.syncline.operations;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.OutputStreamAppender;
import java.util.Iterator;
import org.slf4j.LoggerFactory;

/** How log lines are written. */
public enum LogFormat {
    /** For people: time, level, who says it, what. */
    PLAIN,
    /** For machines: one JSON object a line. */
    JSON;

    /** From now on, all that goes to the console is written so. To be called once, at the start. */
    public void apply() {
        if (this == PLAIN || !(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
            return;
        }
        Iterator<Appender<ILoggingEvent>> appenders =
                context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).iteratorForAppenders();
        while (appenders.hasNext()) {
            if (appenders.next() instanceof OutputStreamAppender<ILoggingEvent> console) {
                console.stop();
                console.setEncoder(json(context));
                console.start();
            }
        }
    }

    /** Writes a line of a database that is away without its trace, as plain lines are. */
    private static final class Lines extends JsonEncoder {

        private final OutageEvaluator outages = new OutageEvaluator();
        private final JsonEncoder withoutTrace;

        Lines(JsonEncoder withoutTrace) {
            this.withoutTrace = withoutTrace;
        }

        @Override
        public byte[] encode(ILoggingEvent event) {
            return outages.evaluate(event) ? withoutTrace.encode(event) : super.encode(event);
        }
    }

    private static JsonEncoder json(LoggerContext context) {
        JsonEncoder withoutTrace = started(new JsonEncoder(), context);
        withoutTrace.setWithThrowable(false);
        return started(new Lines(withoutTrace), context);
    }

    private static JsonEncoder started(JsonEncoder encoder, LoggerContext context) {
        encoder.setContext(context);
        encoder.setWithFormattedMessage(true);
        encoder.setWithMessage(false);
        encoder.setWithArguments(false);
        encoder.setWithContext(false);
        encoder.setWithSequenceNumber(false);
        encoder.setWithNanoseconds(false);
        encoder.start();
        return encoder;
    }
}
