package io.syncline.management;

import io.syncline.access.Access;
import io.syncline.changelog.FencedException;
import io.syncline.changelog.Quarantine;
import io.syncline.http.Api;
import io.syncline.http.ApiException;
import io.syncline.http.JsonFields;
import io.syncline.http.QueryParameters;
import io.syncline.integration.IntegrationSettings;
import io.syncline.integration.KnownSecrets;
import io.syncline.integration.Secrets;
import io.syncline.job.Jobs;
import io.syncline.job.Replay;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.camel.Exchange;

/** {@code /api/sync/quarantine}: records that could not be read. Safe for use by many threads. */
public final class QuarantineEndpoint {

    private static final int DEFAULT_LIMIT = 20;
    private static final int HIGHEST_LIMIT = 200;
    private static final int LONGEST_RAW = 4_000;
    /** Beyond the cut, so that no part of a secret is left at it. */
    private static final int MARGIN = 4_096;

    private static final int LONGEST_TEXT = 512;

    private final Gate gate;
    private final Quarantine quarantine;
    private final Replay replay;
    private final KnownSecrets secrets;

    public QuarantineEndpoint(
            Access access,
            List<IntegrationSettings> integrations,
            Jobs jobs,
            Quarantine quarantine,
            Replay replay,
            KnownSecrets secrets) {
        this.gate = new Gate(access, integrations, jobs);
        this.quarantine = quarantine;
        this.replay = replay;
        this.secrets = secrets;
    }

    /** {@code GET /api/sync/quarantine}. */
    public void list(Exchange exchange) {
        gate.read(exchange, passed -> {
            QueryParameters parameters = QueryParameters.of(
                    passed.call(), Set.of("integrationId", "entityType", "jobId", "limit", "cursor"));
            int limit = parameters.number("limit", DEFAULT_LIMIT, 1, HIGHEST_LIMIT);
            Optional<String> integrationId = parameters.text("integrationId");
            integrationId.ifPresent(id -> gate.requirePresent(passed, id, "integrationId"));
            Quarantine.Selection selection = new Quarantine.Selection(
                    Optional.of(integrationId.map(Set::of).orElseGet(() -> gate.present(passed))),
                    parameters.text("entityType").map(QuarantineEndpoint::bounded),
                    parameters.text("jobId").map(QuarantineEndpoint::bounded),
                    before(parameters.text("cursor")),
                    limit + 1);
            Quarantine.Listed found = quarantine.list(selection);
            boolean more = found.records().size() > limit;
            List<Quarantine.Kept> page = more ? found.records().subList(0, limit) : found.records();
            Map<String, Object> document = new LinkedHashMap<>();
            document.put(
                    "quarantine",
                    page.stream()
                            .map(kept -> described(kept, passed.readsRecords()))
                            .toList());
            document.put("total", found.total());
            document.put("cursor", more ? cursor(page.get(page.size() - 1)) : null);
            document.put("hasMore", more);
            Api.json(passed.call(), 200, document);
        });
    }

    private static String bounded(String text) {
        return text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) : text;
    }

    private static String cursor(Quarantine.Kept last) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(Long.toString(last.id()).getBytes(StandardCharsets.US_ASCII));
    }

    private static OptionalLong before(Optional<String> cursor) {
        if (cursor.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(
                    Long.parseLong(new String(Base64.getUrlDecoder().decode(cursor.get()), StandardCharsets.US_ASCII)));
        } catch (IllegalArgumentException wrong) {
            throw ApiException.badField("cursor", "It must be a cursor as a page before gave it.");
        }
    }

    private Map<String, Object> described(Quarantine.Kept kept, boolean withRecord) {
        Secrets hidden = secrets.of(kept.integrationId());
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("id", Long.toString(kept.id()));
        document.put("integrationId", kept.integrationId());
        document.put("stream", kept.stream());
        document.put("entityType", kept.record().entityType());
        document.put("entityId", kept.record().entityId());
        document.put("reason", hidden.masked(kept.record().reason()));
        document.put(
                "raw",
                withRecord ? cut(hidden.masked(cut(kept.record().raw(), LONGEST_RAW + MARGIN)), LONGEST_RAW) : null);
        document.put("jobId", kept.jobId().orElse(null));
        document.put("quarantinedAt", kept.at().toString());
        return document;
    }

    private static String cut(String raw, int longest) {
        return raw.length() > longest ? raw.substring(0, longest) + "…" : raw;
    }

    /** {@code POST /api/sync/quarantine/:id/retry}. */
    public void retry(Exchange exchange) {
        gate.write(exchange, passed -> {
            QueryParameters.of(passed.call(), Gate.nothing());
            JsonFields.optional(passed.call(), Gate.nothing());
            Quarantine.Kept kept = kept(passed, 1);
            IntegrationSettings integration = gate.integration(passed, kept.integrationId(), Optional.empty());
            Gate.requireEnabled(integration);
            Optional<String> stillWrong;
            try {
                stillWrong = replay.retry(kept, integration.source());
            } catch (FencedException busy) {
                throw new ApiException(
                        409, "CONFLICT", "A job of the integration began just now. Try again in a moment.");
            }
            stillWrong.ifPresent(reason -> {
                throw new ApiException(
                        422,
                        "STILL_UNREADABLE",
                        "The record still cannot be read: "
                                + secrets.of(kept.integrationId()).masked(reason) + ".");
            });
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("success", true);
            document.put("id", Long.toString(kept.id()));
            document.put("message", "The record was read and is in the changelog.");
            Api.json(passed.call(), 200, document);
        });
    }

    /** {@code DELETE /api/sync/quarantine/:id}. */
    public void delete(Exchange exchange) {
        gate.write(exchange, passed -> {
            QueryParameters.of(passed.call(), Gate.nothing());
            Quarantine.Kept kept = kept(passed, 0);
            if (!quarantine.delete(kept.id())) {
                throw notThere();
            }
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("success", true);
            document.put("deleted", true);
            Api.json(passed.call(), 200, document);
        });
    }

    private Quarantine.Kept kept(Gate.Passed passed, int fromTheEnd) {
        String id = Gate.part(passed.call(), fromTheEnd);
        if (!id.matches("[0-9]{1,18}")) {
            throw notThere();
        }
        return quarantine.find(Long.parseLong(id), gate.present(passed)).orElseThrow(QuarantineEndpoint::notThere);
    }

    private static ApiException notThere() {
        return new ApiException(404, "NOT_FOUND", "There is no record with this id in quarantine.");
    }
}
