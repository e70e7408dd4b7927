package io.syncline.integration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Gives routes the files of their source's folder, as they are now. Safe for use by many threads. */
public final class SourceFiles {

    /**
     * The text of a file.
     *
     * @throws SyncFailure.Schema if it cannot be read
     */
    public String text(String folder, String name) {
        Path file = Path.of(folder, name);
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new SyncFailure.Schema(file + " cannot be read: " + unreadable, unreadable);
        }
    }
}
