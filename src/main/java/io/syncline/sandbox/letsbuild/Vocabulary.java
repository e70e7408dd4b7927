package io.syncline.sandbox.letsbuild;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** The words that derived forms, points and people are made of. */
record Vocabulary(
        Map<String, Borough> boroughs,
        List<String> contractors,
        List<String> agencyRoles,
        List<String> contractorRoles,
        List<String> defects,
        List<String> places,
        List<FormKind> forms,
        List<Status> statuses) {

    record Borough(String city, List<String> zipCodes, List<String> streets) {}

    record FormKind(String type, List<String> subjects) {}

    record Status(String code, String name, String color) {}

    static Vocabulary read() {
        try (InputStream stream = Vocabulary.class.getResourceAsStream("/sandbox/letsbuild/vocabulary.json")) {
            return new ObjectMapper().readValue(stream, Vocabulary.class);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** The borough of a project; projects outside the five are at home at City Hall. */
    Borough borough(String name) {
        return boroughs.getOrDefault(name, boroughs.get("CITYWIDE"));
    }
}
