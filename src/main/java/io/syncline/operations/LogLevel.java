package io.syncline.operations;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import org.slf4j.LoggerFactory;

/** From which level on Syncline's own lines are written. Libraries are heard from WARN on whatever it is. */
public enum LogLevel {
    ERROR,
    WARN,
    INFO,
    DEBUG,
    TRACE;

    /** From now on, lines below this level are left out. */
    public void apply() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.getLogger("io.syncline").setLevel(Level.valueOf(name()));
        }
    }
}
