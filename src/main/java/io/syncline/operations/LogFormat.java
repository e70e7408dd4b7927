package io.syncline.operations;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.OutputStreamAppender;
import java.util.Iterator;
import java.util.Locale;
import org.slf4j.LoggerFactory;

/** How log lines are written. */
public enum LogFormat {
    /** For people: time, level, who says it, what. */
    PLAIN,
    /** For machines: one JSON object a line. */
    JSON;

    /**
     * As settings write it.
     *
     * @throws IllegalArgumentException saying what is accepted
     */
    public static LogFormat of(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "plain" -> PLAIN;
            case "json" -> JSON;
            default -> throw new IllegalArgumentException("must be plain or json, and is '" + text + "'");
        };
    }

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

    private static JsonEncoder json(LoggerContext context) {
        JsonEncoder encoder = new JsonEncoder();
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

    /**
     * From which level on Syncline's own lines are written: error, warn, info, debug or trace.
     *
     * @throws IllegalArgumentException saying what is accepted
     */
    public static void applyLevel(String text) {
        Level level = Level.toLevel(text.strip(), null);
        if (level == null) {
            throw new IllegalArgumentException("must be error, warn, info, debug or trace, and is '" + text + "'");
        }
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.getLogger("io.syncline").setLevel(level);
        }
    }
}
