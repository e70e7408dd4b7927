package io.syncline.job;

import java.util.Locale;
import java.util.Optional;

/** What a running job may be asked for. */
enum Asked {
    /** To end after the page in hand and wait until it is resumed. */
    PAUSE,
    /** To end after the page in hand. */
    STOP,
    /** To end without it. */
    STOP_NOW;

    /** As it is stored. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Asked> stored(String text) {
        return text == null ? Optional.empty() : Optional.of(valueOf(text.toUpperCase(Locale.ROOT)));
    }
}
