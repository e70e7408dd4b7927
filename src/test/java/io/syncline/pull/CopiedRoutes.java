package io.syncline.pull;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The routes as they ship, copied for a test that changes them. */
public final class CopiedRoutes {

    private static final Path SHIPPED = Path.of("routes");

    private CopiedRoutes() {}

    /** Copies them into a folder that is not there yet, which it gives back. */
    public static Path to(Path folder) {
        try (Stream<Path> all = Files.walk(SHIPPED)) {
            for (Path path : List.copyOf(all.toList())) {
                Files.copy(path, folder.resolve(SHIPPED.relativize(path)));
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Saves a file with some of its text, which must be there, replaced wherever it is. */
    public static void edit(Path file, String old, String now) throws IOException {
        String text = Files.readString(file);
        assertThat(text).contains(old);
        Files.writeString(file, text.replace(old, now));
    }
}
