package io.syncline.integration;

import java.util.Locale;

/** What kind of failure stops a sync, which decides what is done about it. */
public enum ErrorClass {
    /** Likely gone when tried again: retried with growing delays. */
    TRANSIENT,
    /** The upstream asks for patience: retried when it says so. */
    THROTTLED,
    /** The upstream refuses the credentials: the integration pauses. */
    AUTH,
    /** One record that cannot be read: quarantined, the sync goes on. */
    POISON,
    /** The upstream answers something else than its protocol or its types say: the job fails. */
    SCHEMA,
    /** A fault of ours: the job fails. */
    BUG;

    /** As it is stored and shown. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
