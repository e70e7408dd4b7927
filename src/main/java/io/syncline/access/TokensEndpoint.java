package io.syncline.access;

import io.syncline.http.Api;
import io.syncline.http.ApiException;
import io.syncline.http.JsonFields;
import io.syncline.http.QueryParameters;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Exchange;

/** {@code /api/tokens}: makes, lists and revokes tokens. Each method needs the scope {@code admin}. */
public final class TokensEndpoint {

    private final Access access;

    public TokensEndpoint(Access access) {
        this.access = access;
    }

    /** The one answer that shows a token. */
    public void create(Exchange exchange) {
        Api.answer(exchange, call -> {
            Caller by = AdminCall.admit(access, call);
            JsonFields fields = AdminCall.body(call, Set.of("principal", "scopes"));
            String principal = fields.text("principal", Token.LONGEST_PRINCIPAL);
            IssuedToken issued = access.issue(Optional.of(by), principal, scopes(fields));
            Token token = issued.token();
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("id", token.id());
            document.put("token", issued.secret());
            document.put("principal", token.principal());
            document.put("scopes", texts(token.scopes()));
            Api.json(call, 201, document);
        });
    }

    public void list(Exchange exchange) {
        Api.answer(exchange, call -> {
            AdminCall.admit(access, call);
            QueryParameters.of(call, Set.of());
            Api.json(
                    call,
                    200,
                    Map.of(
                            "tokens",
                            access.tokens().stream()
                                    .map(TokensEndpoint::described)
                                    .toList()));
        });
    }

    public void revoke(Exchange exchange) {
        Api.answer(exchange, call -> {
            Caller by = AdminCall.admit(access, call);
            QueryParameters.of(call, Set.of());
            if (!access.revokeToken(Optional.of(by), AdminCall.id(call))) {
                throw new ApiException(404, "NOT_FOUND", "There is no token with this id.");
            }
            call.respond(204, Map.of());
        });
    }

    private static Set<TokenScope> scopes(JsonFields fields) {
        Set<TokenScope> scopes = EnumSet.noneOf(TokenScope.class);
        for (String text : fields.texts("scopes")) {
            scopes.add(TokenScope.of(text)
                    .orElseThrow(() -> ApiException.badField(
                            "scopes",
                            "A scope is one of " + String.join(", ", texts(EnumSet.allOf(TokenScope.class))) + ".")));
        }
        return scopes;
    }

    private static Map<String, Object> described(Token token) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("id", token.id());
        document.put("principal", token.principal());
        document.put("scopes", texts(token.scopes()));
        document.put("createdAt", token.createdAt().map(Object::toString).orElse(null));
        return document;
    }

    private static List<String> texts(Set<TokenScope> scopes) {
        return scopes.stream().sorted().map(TokenScope::text).toList();
    }
}
