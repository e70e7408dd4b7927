package io.syncline.access;

import io.syncline.changelog.Changelog;
import io.syncline.changelog.View;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * The tables of tokens and grants. Every change raises the version in its own transaction; an addition does so first, so that
 * additions on several nodes wait for each other.
 */
final class AccessStore {

    private final Changelog changelog;
    private final Jdbi jdbi;

    AccessStore(Changelog changelog, Jdbi jdbi) {
        this.changelog = changelog;
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
                            "SELECT id, principal, integration_id, scope, entity_types, created_at,"
                                    + " granted_seq, coalesce(revoked_seq, " + View.STILL
                                    + ") AS revoked_seq FROM access_grant")
                    .map((row, context) -> grant(row))
                    .list();
            Map<String, Long> forgottenTo = handle
                    .createQuery("SELECT principal, up_to FROM forgotten_grants")
                    .map((row, context) -> Map.entry(row.getString("principal"), row.getLong("up_to")))
                    .stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
            return new AccessState.Stored(version, tokens, grants, forgottenTo);
        });
    }

    /** Each change answers the version that it made. */
    long add(StoredToken stored, Actor actor) {
        Token token = stored.token();
        return jdbi.inTransaction(handle -> {
            long version = raiseVersion(handle);
            handle.createUpdate("INSERT INTO token (id, hash, principal, scopes, created_at)"
                            + " VALUES (:id, :hash, :principal, :scopes, :createdAt)")
                    .bind("id", token.id())
                    .bind("hash", stored.hash().bytes())
                    .bind("principal", token.principal())
                    .bind("scopes", text(token.scopes()))
                    .bind("createdAt", actor.at().toEpochMilli())
                    .execute();
            Audit.write(handle, actor, Audit.Action.TOKEN_CREATED, token.principal(), Audit.subject(token));
            return version;
        });
    }

    /** What a change of grants led to. */
    record GrantChange(Grant grant, long version) {}

    GrantChange grant(String principal, Grant.Extent extent, Actor actor) {
        return changelog.numbered((handle, number) -> {
            long version = raiseVersion(handle);
            handle
                    .createQuery("SELECT id, scope, entity_types FROM access_grant WHERE principal = :principal"
                            + " AND integration_id = :integrationId AND revoked_seq IS NULL")
                    .bind("principal", principal)
                    .bind("integrationId", extent.integrationId())
                    .map((row, context) -> Map.entry(row.getString("id"), extent(extent.integrationId(), row)))
                    .stream()
                    .filter(same -> same.getValue().equals(extent))
                    .findFirst()
                    .ifPresent(same -> {
                        throw new ConflictException("The principal has this grant already: '" + same.getKey() + "'.");
                    });
            Grant grant = new Grant(
                    UUID.randomUUID().toString(), principal, extent, actor.at(), number.getAsLong(), View.STILL);
            handle.createUpdate(
                            "INSERT INTO access_grant (id, principal, integration_id, scope, entity_types, created_at, granted_seq)"
                                    + " VALUES (:id, :principal, :integrationId, :scope, :entityTypes, :createdAt, :grantedSeq)")
                    .bind("id", grant.id())
                    .bind("principal", principal)
                    .bind("integrationId", extent.integrationId())
                    .bind("scope", extent.scope())
                    .bind("entityTypes", text(extent))
                    .bind("createdAt", grant.createdAt().toEpochMilli())
                    .bind("grantedSeq", grant.grantedSeq())
                    .execute();
            Audit.write(handle, actor, Audit.Action.GRANT_CREATED, principal, Audit.subject(grant));
            return new GrantChange(grant, version);
        });
    }

    /** Empty if there is no such grant that holds. */
    Optional<GrantChange> revoke(String grantId, Actor actor) {
        return changelog.numbered((handle, number) -> {
            long version = raiseVersion(handle);
            Optional<Grant> held = handle.createQuery(
                            "SELECT id, principal, integration_id, scope, entity_types, created_at,"
                                    + " granted_seq, " + View.STILL
                                    + " AS revoked_seq FROM access_grant WHERE id = :id AND revoked_seq IS NULL")
                    .bind("id", grantId)
                    .map((row, context) -> grant(row))
                    .findFirst();
            if (held.isEmpty()) {
                return Optional.empty();
            }
            Grant revoked = held.get().revokedAt(number.getAsLong());
            handle.createUpdate("UPDATE access_grant SET revoked_seq = :seq, revoked_at = :at WHERE id = :id")
                    .bind("seq", revoked.revokedSeq())
                    .bind("at", actor.at().toEpochMilli())
                    .bind("id", grantId)
                    .execute();
            Audit.write(handle, actor, Audit.Action.GRANT_REVOKED, revoked.principal(), Audit.subject(revoked));
            return Optional.of(new GrantChange(revoked, version));
        });
    }

    /**
     * Removes the grants that were taken back before a moment and that compaction has passed, and remembers up to where.
     *
     * @return whether there were any
     */
    boolean forgetRevoked(Instant before) {
        long compactedTo = changelog.entities().compactedTo();
        return jdbi.inTransaction(handle -> {
            String forgotten = " FROM access_grant WHERE revoked_at < :before AND revoked_seq <= :compactedTo";
            int principals = handle.createUpdate("INSERT INTO forgotten_grants (principal, up_to)"
                            + " SELECT principal, max(revoked_seq)" + forgotten + " GROUP BY principal"
                            + " ON CONFLICT (principal) DO UPDATE SET up_to = CASE WHEN excluded.up_to > forgotten_grants.up_to"
                            + " THEN excluded.up_to ELSE forgotten_grants.up_to END")
                    .bind("before", before.toEpochMilli())
                    .bind("compactedTo", compactedTo)
                    .execute();
            if (principals == 0) {
                return false;
            }
            handle.createUpdate("DELETE" + forgotten)
                    .bind("before", before.toEpochMilli())
                    .bind("compactedTo", compactedTo)
                    .execute();
            raiseVersion(handle);
            return true;
        });
    }

    private static Grant grant(ResultSet row) throws SQLException {
        return new Grant(
                row.getString("id"),
                row.getString("principal"),
                extent(row.getString("integration_id"), row),
                Instant.ofEpochMilli(row.getLong("created_at")),
                row.getLong("granted_seq"),
                row.getLong("revoked_seq"));
    }

    private static Grant.Extent extent(String integrationId, ResultSet row) throws SQLException {
        String entityTypes = row.getString("entity_types");
        return new Grant.Extent(
                integrationId,
                Optional.ofNullable(row.getString("scope")),
                entityTypes == null ? Set.of() : Set.of(entityTypes.split(",", -1)));
    }

    private static String text(Grant.Extent extent) {
        return extent.entityTypes().isEmpty()
                ? null
                : extent.entityTypes().stream().sorted().collect(Collectors.joining(","));
    }

    Optional<Long> remove(Token token, Actor actor) {
        return jdbi.inTransaction(handle -> {
            boolean removed = handle.createUpdate("DELETE FROM token WHERE id = :id")
                            .bind("id", token.id())
                            .execute()
                    > 0;
            if (!removed) {
                return Optional.empty();
            }
            Audit.write(handle, actor, Audit.Action.TOKEN_REVOKED, token.principal(), Audit.subject(token));
            return Optional.of(raiseVersion(handle));
        });
    }

    List<Audit.Entry> audit(Optional<String> principal, long before, int limit) {
        return Audit.read(jdbi, principal, before, limit);
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
