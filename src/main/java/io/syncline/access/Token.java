package io.syncline.access;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A token as it is listed: everything but the token itself.
 *
 * @param id names the token where it is listed or revoked; grants nothing
 * @param createdAt empty for a token that comes from the settings
 */
public record Token(String id, String principal, Set<TokenScope> scopes, Optional<Instant> createdAt) {

    /** How many characters a principal's name may have. */
    static final int LONGEST_PRINCIPAL = 200;
}
