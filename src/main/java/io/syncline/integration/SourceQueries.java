package io.syncline.integration;

import graphql.parser.InvalidSyntaxException;
import graphql.parser.Parser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The queries that sources send to their upstreams, as they are in use. Safe for use by many threads. */
final class SourceQueries {

    private final Map<Path, String> inUse = new ConcurrentHashMap<>();

    /** The text in use; empty for a file that is no known query. */
    Optional<String> text(Path file) {
        return Optional.ofNullable(inUse.get(file));
    }

    /**
     * Takes a file into use as it lies there.
     *
     * @return whether it is another text than before
     * @throws RouteFileException naming file, line and reason; what was in use before stays
     */
    boolean take(Path file) {
        String text;
        try {
            text = Files.readString(file);
            Parser.parse(text);
        } catch (IOException unreadable) {
            throw new RouteFileException(file + ": cannot be read: " + unreadable, unreadable);
        } catch (InvalidSyntaxException malformed) {
            int line = malformed.getLocation() == null
                    ? 1
                    : Math.max(1, malformed.getLocation().getLine());
            throw new RouteFileException(file + ":" + line + ": " + malformed.getMessage(), malformed);
        }
        return !text.equals(inUse.put(file, text));
    }

    /** A file that was taken away is in use no longer. */
    void drop(Path file) {
        inUse.remove(file);
    }
}
