package io.syncline.job;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Where a job stands, and what may become of it. */
public enum JobStatus {
    /** Waits for its turn. */
    QUEUED,
    RUNNING,
    COMPLETED,
    FAILED,
    /** Waits until it is resumed. */
    PAUSED,
    /** Ends after the page in hand, by request. */
    STOPPING,
    STOPPED;

    /** As it is stored and shown. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The status of a text as it is stored and shown; {@code pending} is another word for {@code queued}. */
    public static Optional<JobStatus> of(String text) {
        return text.equals("pending")
                ? Optional.of(QUEUED)
                : Arrays.stream(values())
                        .filter(status -> status.text().equals(text))
                        .findFirst();
    }

    /** Whether it has ended, for good or until it is resumed. */
    public boolean ended() {
        return this == COMPLETED || this == FAILED || this == PAUSED || this == STOPPED;
    }

    /** Whether a job of this status may become one of another. */
    boolean mayBecome(JobStatus next) {
        return switch (this) {
            // Back to the queue where its process ends or its routes are replaced.
            case RUNNING -> next != RUNNING;
            case QUEUED -> next == RUNNING || next == PAUSED || next == STOPPED;
            case STOPPING -> next.ended();
            case PAUSED -> next == RUNNING || next == QUEUED || next == STOPPED;
            // A completed one only to do the deletes that it held back.
            case FAILED, STOPPED, COMPLETED -> next == RUNNING || next == QUEUED;
        };
    }

    /** As a list in SQL. */
    static String sql(Set<JobStatus> statuses) {
        return statuses.stream().map(status -> "'" + status.text() + "'").collect(Collectors.joining(", ", "(", ")"));
    }

    /** From which a resume leads on. */
    static Set<JobStatus> resumable() {
        return EnumSet.of(PAUSED, FAILED, STOPPED);
    }
}
