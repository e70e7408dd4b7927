package io.syncline.feed;

import io.syncline.access.Access;
import io.syncline.access.Caller;
import io.syncline.access.TokenScope;
import io.syncline.changelog.Changelog;
import io.syncline.changelog.CursorException;
import io.syncline.changelog.FeedPage;
import io.syncline.changelog.FeedQuery;
import io.syncline.changelog.View;
import io.syncline.http.Api;
import io.syncline.http.ApiException;
import io.syncline.http.HttpCall;
import io.syncline.http.QueryParameters;
import io.syncline.http.Shown;
import io.syncline.integration.EntityType;
import io.syncline.integration.EntityTypes;
import io.syncline.operations.FeedMeter;
import java.time.Clock;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * {@code GET /api/changes}: one page of the feed that the token's principal sees, as JSON or NDJSON. Safe for use by many threads.
 *
 * <p>Neither a poll of a feed with nothing new nor one that is answered 304 touches a table.
 */
public final class ChangesEndpoint implements Processor {

    private static final String FEED = "changes";
    private static final int DEFAULT_LIMIT = 100;
    private static final int HIGHEST_LIMIT = 1_000;
    private static final int LONGEST_INTEGRATION_ID = 63;
    private static final Set<String> PARAMETERS = Set.of("cursor", "entityTypes", "integrationId", "limit");

    private final Access access;
    private final Changelog changelog;
    private final Supplier<EntityTypes> entityTypes;
    private final FeedMeter meter;
    private final EntityTags entityTags;

    /** @param entityTypes those of the sources as they are now */
    public ChangesEndpoint(
            Access access, Changelog changelog, Supplier<EntityTypes> entityTypes, FeedMeter meter, Clock clock) {
        this.entityTags = new EntityTags(clock);
        this.meter = meter;
        this.access = access;
        this.changelog = changelog;
        this.entityTypes = entityTypes;
    }

    @Override
    public void process(Exchange exchange) {
        Api.answer(exchange, this::serve);
    }

    private void serve(HttpCall call) {
        long started = System.nanoTime();
        Caller caller = access.admit(call, TokenScope.SYNC);
        PageFormat format = PageFormat.of(Api.mediaType(call, PageFormat.MEDIA_TYPES));
        QueryParameters parameters = QueryParameters.of(call, PARAMETERS);
        int limit = parameters.number("limit", DEFAULT_LIMIT, 1, HIGHEST_LIMIT);
        Optional<String> cursor = parameters.text("cursor");
        FeedQuery query = new FeedQuery(
                FEED,
                parameters.text("entityTypes").map(this::entityTypes).orElse(Set.of()),
                integrationId(parameters));
        View view = caller.view();

        // Taken before the page is read: a change in between makes the tag older than the page, and never newer.
        String tag = entityTags.of(changelog.head(view, query), view, query, cursor, limit, format);
        Map<String, String> headers =
                Map.of("ETag", tag, "Cache-Control", "private, no-cache", "Vary", "Accept, Authorization");
        if (EntityTags.anyMatches(call.headers("If-None-Match"), tag)) {
            call.respond(304, headers);
            meter.served(started, 0);
            return;
        }
        FeedPage page = read(view, query, cursor, limit);
        call.respond(200, format.contentType(), headers, format.write(page));
        meter.served(started, page.changes().size());
    }

    private FeedPage read(View view, FeedQuery query, Optional<String> cursor, int limit) {
        try {
            return changelog.read(view, query, cursor, limit);
        } catch (CursorException e) {
            throw e.reason() == CursorException.Reason.EXPIRED
                    ? new ApiException(410, "CURSOR_EXPIRED", e.getMessage(), Optional.of("cursor"), Map.of())
                    : new ApiException(400, "INVALID_CURSOR", e.getMessage() + ".", Optional.of("cursor"), Map.of());
        }
    }

    /** Whether there is such an integration, and whether the principal sees it, is not for an error to tell. */
    private static Optional<String> integrationId(QueryParameters parameters) {
        Optional<String> id = parameters.text("integrationId");
        if (id.isPresent() && id.get().length() > LONGEST_INTEGRATION_ID) {
            throw ApiException.badField(
                    "integrationId", "It must be at most " + LONGEST_INTEGRATION_ID + " characters.");
        }
        return id;
    }

    /** By their names in the changelog or in GraphQL, without regard to case. */
    private Set<String> entityTypes(String list) {
        EntityTypes known = entityTypes.get();
        Set<String> names = new HashSet<>();
        for (String wanted : list.split(",", -1)) {
            names.add(known.find(wanted.strip())
                    .map(EntityType::name)
                    .orElseThrow(() -> ApiException.badField(
                            "entityTypes", "There is no such entity type as " + Shown.name(wanted) + ".")));
        }
        return names;
    }
}
