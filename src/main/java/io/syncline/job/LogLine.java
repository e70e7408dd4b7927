package io.syncline.job;

import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** A line of a job's log. The message is for a person and holds no secrets. */
public record LogLine(Instant at, Level level, String message) {

    private static final int LONGEST_MESSAGE = 2_000;

    /** How much a line matters, the least first. */
    public enum Level {
        DEBUG,
        INFO,
        WARN,
        ERROR;

        /** As it is shown. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The level of a text as it is shown. */
        public static Optional<Level> of(String text) {
            return Arrays.stream(values())
                    .filter(level -> level.text().equals(text))
                    .findFirst();
        }
    }

    public LogLine {
        message = message.length() > LONGEST_MESSAGE ? message.substring(0, LONGEST_MESSAGE) + "…" : message;
    }
}
