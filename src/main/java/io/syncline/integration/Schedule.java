package io.syncline.integration;

import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import java.util.TimeZone;
import org.quartz.CronExpression;

/** When an integration is synced: once it is due, and one run makes up for all turns that were missed meanwhile. Immutable. */
public sealed interface Schedule {

    /** The longest interval, in seconds: 30 days. */
    int LONGEST_INTERVAL = 30 * 24 * 60 * 60;

    /**
     * The first turn after a time.
     *
     * @return empty if there is none any more
     */
    Optional<Instant> after(Instant time);

    /** As it is stored and as {@link #of} reads it: the seconds of an interval, or a cron expression. */
    String text();

    /**
     * Reads what {@link #text} gave.
     *
     * @throws IllegalArgumentException if it is neither
     */
    static Schedule of(String text) {
        return text.chars().allMatch(Character::isDigit)
                ? new Interval(Duration.ofSeconds(Long.parseLong(text)))
                : new Cron(text);
    }

    /**
     * Again this long after.
     *
     * @param every whole seconds, 1 second to 30 days
     */
    record Interval(Duration every) implements Schedule {

        /**
         * An interval.
         *
         * @throws IllegalArgumentException if it is out of its range
         */
        public Interval {
            if (every.toSeconds() < 1
                    || every.toSeconds() > LONGEST_INTERVAL
                    || !every.equals(Duration.ofSeconds(every.toSeconds()))) {
                throw new IllegalArgumentException("an interval has 1 to " + LONGEST_INTERVAL + " seconds");
            }
        }

        @Override
        public Optional<Instant> after(Instant time) {
            return Optional.of(time.plus(every));
        }

        @Override
        public String text() {
            return Long.toString(every.toSeconds());
        }
    }

    /** As a Quartz cron expression says, in UTC. */
    record Cron(String expression) implements Schedule {

        /**
         * A cron schedule.
         *
         * @throws IllegalArgumentException if Quartz does not take the expression
         */
        public Cron {
            if (!CronExpression.isValidExpression(expression)) {
                throw new IllegalArgumentException(
                        "\"" + expression + "\" is no Quartz cron expression such as \"0 0/5 * * * ?\"");
            }
        }

        @Override
        public Optional<Instant> after(Instant time) {
            try {
                CronExpression cron = new CronExpression(expression);
                cron.setTimeZone(TimeZone.getTimeZone("UTC"));
                return Optional.ofNullable(cron.getNextValidTimeAfter(Date.from(time)))
                        .map(Date::toInstant);
            } catch (ParseException e) {
                throw new IllegalStateException("a cron expression that was valid: " + expression, e);
            }
        }

        @Override
        public String text() {
            return expression;
        }
    }
}
