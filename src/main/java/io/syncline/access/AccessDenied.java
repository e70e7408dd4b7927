package io.syncline.access;

import io.syncline.http.ApiException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * A request without a good token (401 {@code UNAUTHENTICATED}), or whose token may not do what it asks for (403 {@code FORBIDDEN}), each with
 * the challenge of RFC 6750, section 3, in its headers; or one too many (429 {@code RATE_LIMITED}), with {@code Retry-After}. Holds nothing of
 * the token.
 */
public final class AccessDenied extends ApiException {

    private AccessDenied(int status, String code, String message, String challenge) {
        this(status, code, message, Map.of("WWW-Authenticate", "Bearer realm=\"syncline\"" + challenge));
    }

    private AccessDenied(int status, String code, String message, Map<String, String> headers) {
        super(status, code, message, Optional.empty(), headers);
    }

    static AccessDenied noToken(String message) {
        return new AccessDenied(401, "UNAUTHENTICATED", message, "");
    }

    static AccessDenied unknownToken() {
        return new AccessDenied(
                401, "UNAUTHENTICATED", "The token is unknown or has been revoked.", ", error=\"invalid_token\"");
    }

    static AccessDenied tooMany(String message, OptionalLong secondsToWait) {
        return new AccessDenied(
                429, "RATE_LIMITED", message, Map.of("Retry-After", Long.toString(secondsToWait.getAsLong())));
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
