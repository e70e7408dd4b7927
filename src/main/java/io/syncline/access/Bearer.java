package io.syncline.access;

import java.util.List;

/** Reads a bearer token from {@code Authorization} headers (RFC 6750, section 2.1). */
final class Bearer {

    private static final String SCHEME = "Bearer ";

    private Bearer() {}

    static String token(List<String> authorization) {
        if (authorization.isEmpty()) {
            throw AccessDenied.noToken("A bearer token is needed: Authorization: Bearer <token>.");
        }
        if (authorization.size() > 1) {
            throw AccessDenied.noToken("There is more than one Authorization header.");
        }
        String value = authorization.get(0);
        if (!value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw AccessDenied.noToken("The Authorization header must be: Bearer <token>.");
        }
        return value.substring(SCHEME.length()).strip();
    }
}
