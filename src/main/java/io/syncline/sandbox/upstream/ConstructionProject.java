package io.syncline.sandbox.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One project of the City's published record. {@code scope} and {@code delay} are empty text where the record has
 * none.
 */
public record ConstructionProject(
        String code, String name, String agency, String borough, String scope, String delay, long budgetThousandsUsd) {
    private static final String RECORD = "/sandbox/letsbuild/construction-projects.ndjson";

    /** All projects, in the record's order. */
    public static List<ConstructionProject> readAll() {
        ObjectMapper json = new ObjectMapper();
        List<ConstructionProject> projects = new ArrayList<>();
        try (InputStream stream = ConstructionProject.class.getResourceAsStream(RECORD);
                BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode project = json.readTree(line);
                projects.add(new ConstructionProject(
                        project.path("projectId").asText(),
                        project.path("name").asText(),
                        project.path("agency").asText(),
                        project.path("borough").asText(),
                        project.path("scope").asText(),
                        project.path("delay").asText(),
                        project.path("budgetThousandsUsd").asLong()));
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return projects;
    }

    /** What holds the project up, in lower case and without the record's opening words; empty when nothing does. */
    public String reasonOfDelay() {
        return delay.replaceFirst("^PROJECT DELAYED (DUE TO |PENDING )?", "").toLowerCase(java.util.Locale.ROOT);
    }
}
