package io.syncline.job;

import java.util.Arrays;
import java.util.Optional;

/** What a job pulls. */
public enum JobType {
    /** Everything from the beginning; what a complete run did not see is deleted. */
    FULL("full_sync"),
    /** What has changed since the streams' checkpoints. */
    INCREMENTAL("incremental_sync"),
    /** Everything from the beginning, of which some entity types or projects are taken; nothing is deleted for not being seen. */
    SELECTIVE("selective_sync");

    private final String text;

    JobType(String text) {
        this.text = text;
    }

    /** As it is stored and shown. */
    public String text() {
        return text;
    }

    /** The type of a text as it is stored and shown. */
    public static Optional<JobType> of(String text) {
        return Arrays.stream(values()).filter(type -> type.text.equals(text)).findFirst();
    }

    /** Whether it pulls every stream from its beginning, by checkpoints of its own. */
    boolean fromTheBeginning() {
        return this != INCREMENTAL;
    }
}
