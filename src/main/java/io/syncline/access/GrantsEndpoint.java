package io.syncline.access;

import io.syncline.http.Api;
import io.syncline.http.ApiException;
import io.syncline.http.JsonFields;
import io.syncline.http.QueryParameters;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;

/** {@code /api/grants}: makes, lists and revokes grants. Each method needs the scope {@code admin}. */
public final class GrantsEndpoint {

    private static final Pattern INTEGRATION_ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}|\\*");

    private final Access access;

    public GrantsEndpoint(Access access) {
        this.access = access;
    }

    public void create(Exchange exchange) {
        Api.answer(exchange, call -> {
            JsonFields fields =
                    AdminCall.body(access, call, Set.of("principal", "integrationId", "scope", "entityTypes"));
            String principal = fields.text("principal", Token.LONGEST_PRINCIPAL);
            String integrationId = fields.text("integrationId", 63);
            if (!INTEGRATION_ID.matcher(integrationId).matches()) {
                throw ApiException.badField(
                        "integrationId",
                        "It must be an integration's id, of lower-case letters, digits and dashes, or \"*\" for all.");
            }
            refuseNarrower(fields);
            Api.json(call, 201, described(access.grant(principal, integrationId)));
        });
    }

    public void list(Exchange exchange) {
        Api.answer(exchange, call -> {
            AdminCall.admit(access, call);
            QueryParameters parameters = QueryParameters.of(call, Set.of("principal"));
            Api.json(
                    call,
                    200,
                    Map.of(
                            "grants",
                            access.grants(parameters.text("principal")).stream()
                                    .map(GrantsEndpoint::described)
                                    .toList()));
        });
    }

    public void revoke(Exchange exchange) {
        Api.answer(exchange, call -> {
            AdminCall.admit(access, call);
            QueryParameters.of(call, Set.of());
            if (!access.revokeGrant(AdminCall.id(call))) {
                throw new ApiException(404, "NOT_FOUND", "There is no grant with this id.");
            }
            call.respond(204, Map.of());
        });
    }

    /** Taken without its narrowing, the grant would show more than the administrator meant. */
    private static void refuseNarrower(JsonFields fields) {
        if (fields.has("scope")) {
            fields.text("scope", 200);
            throw unsupported("scope");
        }
        if (fields.has("entityTypes")) {
            fields.texts("entityTypes");
            throw unsupported("entityTypes");
        }
    }

    private static ApiException unsupported(String field) {
        return new ApiException(
                422,
                "UNSUPPORTED_GRANT",
                "A grant is on an integration as a whole; one by " + field
                        + " is not supported yet. Nothing was granted.",
                Optional.of(field),
                Map.of());
    }

    private static Map<String, Object> described(Grant grant) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("id", grant.id());
        document.put("principal", grant.principal());
        document.put("integrationId", grant.integrationId());
        grant.scope().ifPresent(scope -> document.put("scope", scope));
        grant.entityTypes().ifPresent(types -> document.put("entityTypes", types.split(",", -1)));
        document.put("createdAt", grant.createdAt().toString());
        return document;
    }
}
