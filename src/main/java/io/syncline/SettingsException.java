package io.syncline;

import java.util.List;

/** Settings that cannot be used; the message names each property at fault and says what is allowed. */
public final class SettingsException extends RuntimeException {

    SettingsException(List<String> problems) {
        super(String.join(System.lineSeparator(), problems));
    }

    SettingsException(String problem) {
        this(List.of(problem));
    }
}
