package io.syncline.access;

import io.syncline.http.ApiException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A request without a good token (401 {@code UNAUTHENTICATED}), or whose token may not do what it asks for (403 {@code FORBIDDEN}).
 * Its headers hold the challenge of RFC 6750, section 3. Holds nothing of the token.
 */
public final class AccessDenied extends ApiException {

    private AccessDenied(int status, String code, String message, String challenge) {
        super(
                status,
                code,
                message,
                Optional.empty(),
                Map.of("WWW-Authenticate", "Bearer realm=\"syncline\"" + challenge));
    }

    static AccessDenied noToken(String message) {
        return new AccessDenied(401, "UNAUTHENTICATED", message, "");
    }

    static AccessDenied unknownToken() {
        return new AccessDenied(
                401, "UNAUTHENTICATED", "The token is unknown or has been revoked.", ", error=\"invalid_token\"");
    }

    static AccessDenied lacking(List<TokenScope> anyOf) {
        String names = anyOf.stream().map(scope -> "'" + scope.text() + "'").collect(Collectors.joining(" or "));
        String scopes = anyOf.stream().map(TokenScope::text).collect(Collectors.joining(" "));
        return new AccessDenied(
                403,
                "FORBIDDEN",
                "The token lacks the scope " + names + ".",
                ", error=\"insufficient_scope\", scope=\"" + scopes + "\"");
    }
}
