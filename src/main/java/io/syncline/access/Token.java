package io.syncline.access;

import java.time.Instant;
import java.util.Set;

/**
 * A token as it is listed: everything but the token itself.
 *
 * @param id names the token where it is listed or revoked; grants nothing
 */
public record Token(String id, String principal, Set<TokenScope> scopes, Instant createdAt) {}
