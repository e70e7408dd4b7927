package io.syncline.integration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/** Gives routes the files of their source's folder, as they are in use now. Safe for use by many threads. */
public final class SourceFiles {

    private final Function<Path, Optional<String>> inUse;

    /** Gives every file as it lies there. */
    public SourceFiles() {
        this(file -> Optional.empty());
    }

    /** @param inUse the text of a file that must not be read while it is being saved, if it is one */
    public SourceFiles(Function<Path, Optional<String>> inUse) {
        this.inUse = inUse;
    }

    /**
     * The text of a file.
     *
     * @throws SyncFailure.Schema if it cannot be read
     */
    public String text(String folder, String name) {
        Path file = Path.of(folder, name);
        return inUse.apply(file).orElseGet(() -> read(file));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new SyncFailure.Schema(file + " cannot be read: " + unreadable, unreadable);
        }
    }
}
