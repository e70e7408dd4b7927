package io.syncline.access;

import io.syncline.changelog.View;
import io.syncline.http.Api;
import io.syncline.http.ApiException;
import io.syncline.http.JsonFields;
import io.syncline.http.QueryParameters;
import io.syncline.http.Shown;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;

/** {@code /api/grants}: makes, lists and revokes grants. Each method needs the scope {@code admin}. */
public final class GrantsEndpoint {

    private static final Pattern INTEGRATION_ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}|\\*");

    private static final int LONGEST_SCOPE = 512;

    private final Access access;
    private final Function<String, Optional<String>> typeName;

    /** @param typeName the name in the changelog of an entity type, however a request writes it; empty if there is none */
    public GrantsEndpoint(Access access, Function<String, Optional<String>> typeName) {
        this.access = access;
        this.typeName = typeName;
    }

    public void create(Exchange exchange) {
        Api.answer(exchange, call -> {
            Caller by = AdminCall.admit(access, call);
            JsonFields fields = AdminCall.body(call, Set.of("principal", "integrationId", "scope", "entityTypes"));
            String principal = fields.text("principal", Token.LONGEST_PRINCIPAL);
            String integrationId = fields.text("integrationId", 63);
            if (!INTEGRATION_ID.matcher(integrationId).matches()) {
                throw ApiException.badField(
                        "integrationId",
                        "It must be an integration's id, of lower-case letters, digits and dashes, or \"*\" for all.");
            }
            Grant.Extent extent = extent(integrationId, fields);
            Api.json(call, 201, described(access.grant(Optional.of(by), principal, extent)));
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
            Caller by = AdminCall.admit(access, call);
            QueryParameters.of(call, Set.of());
            if (!access.revokeGrant(Optional.of(by), AdminCall.id(call))) {
                throw new ApiException(404, "NOT_FOUND", "There is no grant with this id.");
            }
            call.respond(204, Map.of());
        });
    }

    private Grant.Extent extent(String integrationId, JsonFields fields) {
        Optional<String> scope =
                fields.has("scope") ? Optional.of(fields.text("scope", LONGEST_SCOPE)) : Optional.empty();
        if (scope.isPresent() && integrationId.equals(View.EVERY_INTEGRATION)) {
            throw ApiException.badField("scope", "A scope is inside one integration, so integrationId has to name it.");
        }
        Set<String> entityTypes = new HashSet<>();
        if (fields.has("entityTypes")) {
            for (String name : fields.texts("entityTypes")) {
                entityTypes.add(typeName.apply(name)
                        .orElseThrow(() -> ApiException.badField(
                                "entityTypes", "There is no such entity type as " + Shown.name(name) + ".")));
            }
        }
        return new Grant.Extent(integrationId, scope, entityTypes);
    }

    private static Map<String, Object> described(Grant grant) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("id", grant.id());
        document.put("principal", grant.principal());
        document.put("integrationId", grant.extent().integrationId());
        grant.extent().scope().ifPresent(scope -> document.put("scope", scope));
        if (!grant.extent().entityTypes().isEmpty()) {
            document.put(
                    "entityTypes",
                    grant.extent().entityTypes().stream().sorted().toList());
        }
        document.put("createdAt", grant.createdAt().toString());
        document.put("sequenceVersion", grant.grantedSeq());
        return document;
    }
}
