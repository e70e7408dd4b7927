package io.syncline.operations;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** What health says of the whole. */
record HealthReport(Status status, boolean databaseUp, List<IntegrationHealth> integrations) {

    /** From well to ill. */
    enum Status {
        UP,
        /** Serves what it has, and what it has may be old or incomplete. */
        DEGRADED,
        /** Cannot serve. */
        DOWN
    }

    private static final String DATABASE_DOWN = "the database does not answer";

    static HealthReport databaseDown() {
        return new HealthReport(Status.DOWN, false, List.of());
    }

    static HealthReport of(List<IntegrationHealth> integrations) {
        boolean allUp = integrations.stream().allMatch(IntegrationHealth::isUp);
        return new HealthReport(allUp ? Status.UP : Status.DEGRADED, true, List.copyOf(integrations));
    }

    /** Only DOWN is an error to a load balancer: a degraded node still serves, and its neighbours are no better off. */
    int httpStatus() {
        return status == Status.DOWN ? 503 : 200;
    }

    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("status", status.name());
        ArrayNode reasons = JsonNodeFactory.instance.arrayNode();
        ObjectNode details = JsonNodeFactory.instance.objectNode();
        for (IntegrationHealth health : integrations) {
            IntegrationStatus integration = health.status();
            ObjectNode detail = details.putObject(integration.id());
            if (!integration.enabled()) {
                detail.put("status", "DISABLED");
                continue;
            }
            detail.put("status", (health.isUp() ? Status.UP : Status.DEGRADED).name());
            health.reason().ifPresent(reason -> {
                detail.put("reason", reason);
                reasons.add(integration.id() + ": " + reason);
            });
            integration
                    .lastSuccess()
                    .ifPresent(time -> detail.put(
                            "lastSync", time.truncatedTo(ChronoUnit.SECONDS).toString()));
            detail.put("lagSeconds", health.lag().toSeconds());
        }
        if (!databaseUp) {
            reasons.add(DATABASE_DOWN);
        }
        if (!reasons.isEmpty()) {
            json.set("reasons", reasons);
        }
        json.put("database", (databaseUp ? Status.UP : Status.DOWN).name());
        if (databaseUp) {
            json.set("integrations", details);
        }
        return json;
    }
}
