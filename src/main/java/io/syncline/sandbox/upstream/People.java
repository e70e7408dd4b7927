package io.syncline.sandbox.upstream;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.SplittableRandom;

/** Names for invented people. */
public record People(List<String> firstNames, List<String> lastNames) {

    public static People read() {
        try (InputStream stream = People.class.getResourceAsStream("/sandbox/people.json")) {
            return new ObjectMapper().readValue(stream, People.class);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    public String firstName(SplittableRandom random) {
        return firstNames.get(random.nextInt(firstNames.size()));
    }

    public String lastName(SplittableRandom random) {
        return lastNames.get(random.nextInt(lastNames.size()));
    }
}
