package io.syncline.sandbox.sell;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/** One change of the published history of the index's member companies; {@code company} is the whole record after it. */
record CompanyChange(String at, boolean deleted, String symbol, JsonNode company) {

    /** The history in order. Times are in UTC. */
    static List<CompanyChange> readAll() {
        ObjectMapper json = new ObjectMapper();
        List<CompanyChange> changes = new ArrayList<>();
        try (InputStream stream = CompanyChange.class.getResourceAsStream("/sandbox/sell/companies.ndjson");
                BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode change = json.readTree(line);
                changes.add(new CompanyChange(
                        OffsetDateTime.parse(change.path("at").textValue())
                                .toInstant()
                                .toString(),
                        change.path("operation").textValue().equals("deleted"),
                        change.path("symbol").textValue(),
                        change));
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return changes;
    }

    /** The field as text; empty text where the record has none. */
    String text(String field) {
        return company.path(field).asText("");
    }
}
