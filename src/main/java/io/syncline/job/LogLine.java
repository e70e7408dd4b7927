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
        DEBUG(1),
        INFO(2),
        WARN(3),
        ERROR(4);

        private final int stored;

        Level(int stored) {
            this.stored = stored;
        }

        /** As it is stored: the greater, the more it matters. */
        int stored() {
            return stored;
        }

        static Level stored(int number) {
            return Arrays.stream(values())
                    .filter(level -> level.stored == number)
                    .findFirst()
                    .orElseThrow();
        }

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
