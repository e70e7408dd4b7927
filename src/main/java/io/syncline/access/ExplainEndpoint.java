package io.syncline.access;

import io.syncline.changelog.Changelog;
import io.syncline.changelog.Operation;
import io.syncline.changelog.Touched;
import io.syncline.changelog.View;
import io.syncline.http.Api;
import io.syncline.http.ApiException;
import io.syncline.http.QueryParameters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Exchange;

/**
 * {@code GET /api/explain}: why a principal sees or does not see an entity, and which change touched it last, from which job. Needs the scope
 * {@code admin}.
 */
public final class ExplainEndpoint {

    private final Access access;
    private final Changelog changelog;

    public ExplainEndpoint(Access access, Changelog changelog) {
        this.access = access;
        this.changelog = changelog;
    }

    public void explain(Exchange exchange) {
        Api.answer(exchange, call -> {
            AdminCall.admit(access, call);
            QueryParameters parameters =
                    QueryParameters.of(call, Set.of("principal", "entityType", "entityId", "integrationId"));
            String principal = required(parameters, "principal");
            String entityType = required(parameters, "entityType");
            String entityId = required(parameters, "entityId");
            List<Map<String, Object>> entities =
                    changelog.touched(entityType, entityId, parameters.text("integrationId")).stream()
                            .map(touched -> explained(principal, touched))
                            .toList();
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("principal", principal);
            document.put("entityType", entityType);
            document.put("entityId", entityId);
            document.put("entities", entities);
            if (entities.isEmpty()) {
                document.put("reason", "The changelog holds no such entity, living or lately deleted.");
            }
            Api.json(call, 200, document);
        });
    }

    private static String required(QueryParameters parameters, String name) {
        return parameters.text(name).orElseThrow(() -> ApiException.badField(name, "It has to be given."));
    }

    private Map<String, Object> explained(String principal, Touched touched) {
        boolean builtIn = access.isBuiltIn(principal);
        List<Map<String, Object>> grants = new ArrayList<>();
        boolean granted = builtIn;
        for (Grant grant : access.grants(Optional.of(principal))) {
            Optional<String> against = against(grant.extent(), touched);
            granted |= against.isEmpty();
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("id", grant.id());
            one.put("shows", against.isEmpty());
            one.put("reason", against.orElse("It covers the entity."));
            grants.add(one);
        }
        boolean deleted = touched.operation() == Operation.DELETED;
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("integrationId", touched.integrationId());
        document.put("scope", touched.scope().orElse(null));
        document.put("visible", granted && !deleted);
        document.put("reason", reason(builtIn, granted, deleted, grants.isEmpty()));
        document.put("grants", grants);
        document.put("lastChange", lastChange(touched));
        return document;
    }

    private static String reason(boolean builtIn, boolean granted, boolean deleted, boolean noGrants) {
        if (deleted) {
            return "It is deleted"
                    + (granted ? "; consumers are told so." : ", and no grant of the principal covers it.");
        }
        if (builtIn) {
            return "The principal has a token from the settings and sees everything.";
        }
        if (granted) {
            return "A grant of the principal covers it.";
        }
        return noGrants ? "The principal has no grant." : "No grant of the principal covers it.";
    }

    /** Why a grant does not show the entity; empty if it does. */
    private static Optional<String> against(Grant.Extent extent, Touched touched) {
        if (!Set.of(View.EVERY_INTEGRATION, touched.integrationId()).contains(extent.integrationId())) {
            return Optional.of("It is on the integration '" + extent.integrationId() + "'.");
        }
        if (!extent.entityTypes().isEmpty()
                && extent.entityTypes().stream().noneMatch(touched.entityType()::equalsIgnoreCase)) {
            return Optional.of("It shows only the entity types "
                    + String.join(", ", extent.entityTypes().stream().sorted().toList()) + ".");
        }
        if (extent.scope().isPresent() && !extent.scope().equals(touched.scope())) {
            return Optional.of("It shows only the scope '" + extent.scope().get() + "', and the entity is in "
                    + touched.scope().map(scope -> "'" + scope + "'").orElse("none") + ".");
        }
        return Optional.empty();
    }

    private static Map<String, Object> lastChange(Touched touched) {
        Map<String, Object> change = new LinkedHashMap<>();
        change.put("sequenceVersion", touched.sequenceVersion());
        change.put("operation", touched.operation().name().toLowerCase(Locale.ROOT));
        change.put("occurredAt", touched.occurredAt().toString());
        change.put("appendedAt", touched.appendedAt().map(Object::toString).orElse(null));
        change.put("integrationId", touched.integrationId());
        change.put("stream", touched.stream().orElse(null));
        change.put("jobId", touched.jobId().orElse(null));
        return change;
    }
}
