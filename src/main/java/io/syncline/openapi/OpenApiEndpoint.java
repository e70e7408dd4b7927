package io.syncline.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.syncline.access.Access;
import io.syncline.http.Api;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** {@code GET /openapi.json}: the description of the API, as its file has it, to any valid token. Safe for use by many threads. */
public final class OpenApiEndpoint implements Processor {

    private final Access access;
    private final byte[] description;

    private OpenApiEndpoint(Access access, byte[] description) {
        this.access = access;
        this.description = description;
    }

    /**
     * Reads the description once.
     *
     * @throws IllegalArgumentException naming the file if it cannot be read or is no JSON
     */
    public static OpenApiEndpoint of(Access access, Path file) {
        try {
            byte[] description = Files.readAllBytes(file);
            new ObjectMapper().readTree(description);
            return new OpenApiEndpoint(access, description);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "The description of the API is no JSON: " + file + ":"
                            + e.getLocation().getLineNr() + ": " + e.getOriginalMessage(),
                    e);
        } catch (IOException e) {
            throw new IllegalArgumentException("The description of the API cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public void process(Exchange exchange) {
        Api.answer(exchange, call -> {
            access.admit(call);
            call.respond(200, Api.JSON, Map.of("Cache-Control", "private, no-cache"), description);
        });
    }
}
