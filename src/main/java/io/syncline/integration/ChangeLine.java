package io.syncline.integration;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.syncline.changelog.Observed;
import java.nio.charset.StandardCharsets;

/** A change as a line of JSON, for a person. */
final class ChangeLine {

    private ChangeLine() {}

    static String of(Observed observed) {
        ObjectNode line = JsonNodeFactory.instance
                .objectNode()
                .put("entityType", observed.entityType())
                .put("entityId", observed.entityId());
        if (observed instanceof Observed.Present present) {
            line.put("operation", "upsert");
            present.scope().ifPresent(scope -> line.put("scope", scope));
            present.version().ifPresent(version -> line.put("version", version));
            line.putRawValue("data", new RawValue(new String(present.snapshot().bytes(), StandardCharsets.UTF_8)));
        } else {
            line.put("operation", "deleted");
        }
        observed.occurredAt().ifPresent(at -> line.put("occurredAt", at.toString()));
        return line.toString();
    }
}
