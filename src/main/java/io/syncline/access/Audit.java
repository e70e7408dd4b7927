package io.syncline.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** The record of every change of tokens and grants, written in the transaction of the change and never altered. Stateless. */
final class Audit {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    enum Action {
        TOKEN_CREATED,
        TOKEN_REVOKED,
        GRANT_CREATED,
        GRANT_REVOKED;

        /** As it is written in the API. */
        String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '.');
        }
    }

    /**
     * One change.
     *
     * @param actor the principal that asked for it; empty where it was no request
     * @param principal whom it concerns
     */
    record Entry(
            long no,
            Instant at,
            Optional<String> actor,
            Optional<String> tokenId,
            String action,
            String principal,
            JsonNode subject) {}

    private Audit() {}

    static void write(Handle handle, Actor actor, Action action, String principal, Map<String, Object> subject) {
        try {
            handle.createUpdate("INSERT INTO access_audit (at, actor, token_id, action, principal, subject)"
                            + " VALUES (:at, :actor, :tokenId, :action, :principal, :subject)")
                    .bind("at", actor.at().toEpochMilli())
                    .bind("actor", actor.caller().map(Caller::principal))
                    .bind("tokenId", actor.caller().map(Caller::tokenId))
                    .bind("action", action.text())
                    .bind("principal", principal)
                    .bind("subject", MAPPER.writeValueAsString(subject))
                    .execute();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Texts and numbers are always JSON", e);
        }
    }

    /**
     * The newest entries first.
     *
     * @param before only those with a lower number
     */
    static List<Entry> read(Jdbi jdbi, Optional<String> principal, long before, int limit) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT no, at, actor, token_id, action, principal, subject FROM access_audit WHERE no < :before"
                                + (principal.isPresent() ? " AND principal = :principal" : "")
                                + " ORDER BY no DESC LIMIT :limit")
                .bind("before", before)
                .bindMap(principal.map(name -> Map.of("principal", name)).orElse(Map.of()))
                .bind("limit", limit)
                .map((row, context) -> new Entry(
                        row.getLong("no"),
                        Instant.ofEpochMilli(row.getLong("at")),
                        Optional.ofNullable(row.getString("actor")),
                        Optional.ofNullable(row.getString("token_id")),
                        row.getString("action"),
                        row.getString("principal"),
                        tree(row.getString("subject"))))
                .list());
    }

    private static JsonNode tree(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("An entry of the audit log is not JSON", e);
        }
    }

    static Map<String, Object> subject(Grant grant) {
        Map<String, Object> subject = new LinkedHashMap<>();
        subject.put("grantId", grant.id());
        subject.put("integrationId", grant.extent().integrationId());
        grant.extent().scope().ifPresent(scope -> subject.put("scope", scope));
        if (!grant.extent().entityTypes().isEmpty()) {
            subject.put(
                    "entityTypes",
                    grant.extent().entityTypes().stream().sorted().toList());
        }
        subject.put("sequenceVersion", grant.holds() ? grant.grantedSeq() : grant.revokedSeq());
        return subject;
    }

    static Map<String, Object> subject(Token token) {
        return Map.of(
                "tokenId",
                token.id(),
                "scopes",
                token.scopes().stream().sorted().map(TokenScope::text).toList());
    }
}
