package io.syncline.access;

import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * The tables of tokens and grants. Every change raises the version in its own transaction; an addition does so first, so that
 * additions on several nodes wait for each other.
 */
final class AccessStore {

    private final Jdbi jdbi;

    AccessStore(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    long version() {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT version FROM access_version")
                .mapTo(Long.class)
                .one());
    }

    /** The version is read first: what is committed in between is then newer than the version says, and is read again. */
    AccessState.Stored load() {
        return jdbi.withHandle(handle -> {
            long version = handle.createQuery("SELECT version FROM access_version")
                    .mapTo(Long.class)
                    .one();
            Collection<StoredToken> tokens = handle.createQuery(
                            "SELECT id, hash, principal, scopes, created_at FROM token")
                    .map((row, context) -> new StoredToken(
                            new Token(
                                    row.getString("id"),
                                    row.getString("principal"),
                                    scopes(row.getString("scopes")),
                                    Optional.of(Instant.ofEpochMilli(row.getLong("created_at")))),
                            TokenHash.stored(row.getBytes("hash"))))
                    .list();
            Collection<Grant> grants = handle.createQuery(
                            "SELECT id, principal, integration_id, scope, entity_types, created_at FROM access_grant")
                    .map((row, context) -> new Grant(
                            row.getString("id"),
                            row.getString("principal"),
                            row.getString("integration_id"),
                            Optional.ofNullable(row.getString("scope")),
                            Optional.ofNullable(row.getString("entity_types")),
                            Instant.ofEpochMilli(row.getLong("created_at"))))
                    .list();
            return new AccessState.Stored(version, tokens, grants);
        });
    }

    /** Each change answers the version that it made. */
    long add(StoredToken stored) {
        Token token = stored.token();
        return change(handle -> handle.createUpdate("INSERT INTO token (id, hash, principal, scopes, created_at)"
                        + " VALUES (:id, :hash, :principal, :scopes, :createdAt)")
                .bind("id", token.id())
                .bind("hash", stored.hash().bytes())
                .bind("principal", token.principal())
                .bind("scopes", text(token.scopes()))
                .bind("createdAt", token.createdAt().map(Instant::toEpochMilli).orElseThrow())
                .execute());
    }

    long add(Grant grant) {
        return change(handle -> {
            Optional<String> same = handle.createQuery("SELECT id FROM access_grant WHERE principal = :principal"
                            + " AND integration_id = :integrationId AND scope IS NULL AND entity_types IS NULL")
                    .bind("principal", grant.principal())
                    .bind("integrationId", grant.integrationId())
                    .mapTo(String.class)
                    .findFirst();
            if (same.isPresent()) {
                throw new ConflictException("The principal has this grant already: '" + same.get() + "'.");
            }
            handle.createUpdate("INSERT INTO access_grant (id, principal, integration_id, created_at)"
                            + " VALUES (:id, :principal, :integrationId, :createdAt)")
                    .bind("id", grant.id())
                    .bind("principal", grant.principal())
                    .bind("integrationId", grant.integrationId())
                    .bind("createdAt", grant.createdAt().toEpochMilli())
                    .execute();
        });
    }

    Optional<Long> removeToken(String id) {
        return remove("DELETE FROM token WHERE id = :id", id);
    }

    Optional<Long> removeGrant(String id) {
        return remove("DELETE FROM access_grant WHERE id = :id", id);
    }

    private long change(Consumer<Handle> change) {
        return jdbi.inTransaction(handle -> {
            long version = raiseVersion(handle);
            change.accept(handle);
            return version;
        });
    }

    private Optional<Long> remove(String sql, String id) {
        return jdbi.inTransaction(handle -> {
            boolean removed = handle.createUpdate(sql).bind("id", id).execute() > 0;
            return removed ? Optional.of(raiseVersion(handle)) : Optional.empty();
        });
    }

    private static long raiseVersion(Handle handle) {
        handle.execute("UPDATE access_version SET version = version + 1");
        return handle.createQuery("SELECT version FROM access_version")
                .mapTo(Long.class)
                .one();
    }

    private static String text(Set<TokenScope> scopes) {
        return scopes.stream().sorted().map(TokenScope::text).collect(Collectors.joining(" "));
    }

    /** A scope that a newer version may have written grants nothing here. */
    private static Set<TokenScope> scopes(String text) {
        return Arrays.stream(text.split(" "))
                .flatMap(name -> TokenScope.of(name).stream())
                .collect(Collectors.toUnmodifiableSet());
    }
}
