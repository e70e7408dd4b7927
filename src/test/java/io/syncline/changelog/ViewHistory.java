package io.syncline.changelog;

import static io.syncline.changelog.ChangelogFixture.ALL;
import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.access.Access;
import io.syncline.access.Grant;
import io.syncline.access.TokenScope;
import io.syncline.changelog.ChangelogFixture.SetClock;
import io.syncline.storage.Database;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;

/** One history of changes, grants and reads, on a real changelog and in the model. What a step does is drawn from its number. */
final class ViewHistory implements AutoCloseable {

    private static final List<String> INTEGRATIONS = List.of("crm", "site");
    private static final List<String> TYPES = List.of("Form", "Point");
    /** More than there are changes. */
    private static final int MOST_PAGES = 1_000;

    private static final List<String> PRINCIPALS = List.of("ann", "bob");
    /** Narrow ones most of all. */
    private static final List<Grant.Extent> EXTENTS = List.of(
            new Grant.Extent("crm", Optional.of("a"), Set.of()),
            new Grant.Extent("crm", Optional.of("b"), Set.of()),
            new Grant.Extent("crm", Optional.of("c"), Set.of("Form")),
            new Grant.Extent("crm", Optional.empty(), Set.of("Point")),
            Grant.Extent.whole("crm"),
            Grant.Extent.whole("*"),
            new Grant.Extent("*", Optional.empty(), Set.of("Form")));

    private final SetClock clock = new SetClock();
    private final Database database;
    private final ViewModel model = new ViewModel();
    private final Map<String, String> tokens = new HashMap<>();
    private final List<Reader> readers = new ArrayList<>();
    private Changelog changelog;
    private Access access;

    ViewHistory(Database database) {
        this.database = database;
        open();
        for (String principal : PRINCIPALS) {
            tokens.put(
                    principal, access.issue(principal, Set.of(TokenScope.SYNC)).secret());
            readers.add(new Reader(principal, ALL));
            readers.add(new Reader(principal, ALL));
        }
        readers.add(new Reader("ann", new FeedQuery("forms", Set.of("Form"), Optional.empty())));
        readers.add(new Reader("bob", new FeedQuery("crm", Set.of(), Optional.of("crm"))));
    }

    private void open() {
        changelog = ChangelogFixture.open(database, clock);
        access = Access.open(changelog, database, clock, List.of());
    }

    void step(int number) {
        Random random = new Random(number);
        clock.advance(Duration.ofMinutes(random.nextInt(600)));
        switch (random.nextInt(20)) {
            case 0 -> restart();
            case 1 -> compact(random);
            case 2, 3, 4 -> grant(random);
            case 5, 6 -> revoke(random);
            case 7 -> one(random).save();
            case 8 -> one(random).restore();
            case 9, 10, 11, 12 -> one(random).read(1 + random.nextInt(3));
            case 13 -> one(random).drain(1 + random.nextInt(5));
            default -> append(random);
        }
    }

    /** In the end all hold what they may see. */
    void finish() {
        readers.forEach(reader -> reader.drain(3));
        readers.forEach(reader -> {
            reader.restore();
            reader.drain(2);
        });
    }

    private Reader one(Random random) {
        return readers.get(random.nextInt(readers.size()));
    }

    private void restart() {
        close();
        open();
    }

    private void compact(Random random) {
        clock.advance(Duration.ofDays(random.nextInt(50)));
        changelog.compact(Retention.DEFAULT);
    }

    private void grant(Random random) {
        String principal = PRINCIPALS.get(random.nextInt(2));
        Grant.Extent extent = EXTENTS.get(Math.min(random.nextInt(EXTENTS.size()), random.nextInt(EXTENTS.size())));
        if (!model.has(principal, extent)) {
            model.granted(access.grant(Optional.empty(), principal, extent).id(), principal, extent);
        }
    }

    private void revoke(Random random) {
        List<String> ids =
                access.grants(Optional.empty()).stream().map(Grant::id).toList();
        if (!ids.isEmpty()) {
            String id = ids.get(random.nextInt(ids.size()));
            assertThat(access.revokeGrant(id)).isTrue();
            model.revoked(id);
        }
    }

    private void append(Random random) {
        String integrationId = INTEGRATIONS.get(random.nextInt(4) / 3);
        List<Observed> observed = new ArrayList<>();
        for (int i = random.nextInt(5); i >= 0; i--) {
            String type = TYPES.get(random.nextInt(2));
            String id = "e" + random.nextInt(4);
            ViewModel.Key key = new ViewModel.Key(integrationId, type, id);
            if (random.nextInt(5) == 0) {
                observed.add(new Observed.Gone(type, id, Optional.empty()));
                model.remove(key);
            } else {
                String scope = List.of("a", "b", "c", "").get(random.nextInt(4));
                Optional<String> inScope = Optional.of(scope).filter(text -> !text.isEmpty());
                String json = "{\"scope\":\"" + scope + "\",\"state\":" + random.nextInt(3) + "}";
                observed.add(new Observed.Present(
                        type,
                        id,
                        ChangelogFixture.snapshot(json),
                        inScope,
                        OptionalLong.empty(),
                        false,
                        Optional.empty()));
                model.put(key, new ViewModel.State(inScope, json));
            }
        }
        changelog.append(ChangelogFixture.page(integrationId, "checkpoint", observed));
    }

    @Override
    public void close() {
        access.close();
        changelog.close();
    }

    /** What a reader holds, and where it stands. */
    private record Stand(
            Map<ViewModel.Key, String> replica, Optional<String> cursor, long last, Optional<View> between) {

        static final Stand START = new Stand(Map.of(), Optional.empty(), 0, Optional.empty());
    }

    /** Applies what it reads blindly, and begins anew when its cursor is expired. */
    private final class Reader {
        private final String principal;
        private final FeedQuery query;
        private Stand stand = Stand.START;
        /** A backup, to which it may go back. */
        private Stand saved = Stand.START;

        Reader(String principal, FeedQuery query) {
            this.principal = principal;
            this.query = query;
        }

        void save() {
            saved = stand;
        }

        void restore() {
            stand = saved;
        }

        void drain(int limit) {
            boolean more = true;
            for (int pages = 0; more; pages++) {
                assertThat(pages).as("a feed that does not end").isLessThan(MOST_PAGES);
                more = read(limit);
            }
        }

        /** @return whether there is more */
        boolean read(int limit) {
            View view = access.caller(tokens.get(principal)).orElseThrow().view();
            FeedPage page;
            try {
                page = changelog.read(view, query, stand.cursor(), limit);
            } catch (CursorException e) {
                assertThat(e.reason()).isEqualTo(CursorException.Reason.EXPIRED);
                stand = Stand.START;
                return true;
            }
            assertThat(page.changes()).hasSizeLessThanOrEqualTo(limit);
            // Whose view changes while it is on its way may be told of an update where it was not shown the creation.
            boolean overtaken =
                    stand.between().filter(before -> !before.equals(view)).isPresent();
            Map<ViewModel.Key, String> replica = new HashMap<>(stand.replica());
            long last = stand.last();
            for (Change change : page.changes()) {
                assertThat(change.sequenceVersion()).as("goes back").isGreaterThanOrEqualTo(last);
                last = change.sequenceVersion();
                take(change, replica, overtaken);
            }
            stand = new Stand(
                    replica,
                    Optional.of(page.cursor()),
                    last,
                    page.hasMore() ? Optional.of(overtaken ? stand.between().get() : view) : Optional.empty());
            if (page.hasMore()) {
                assertThat(page.changes()).as("a page with more to follow").isNotEmpty();
            } else {
                assertThat(replica)
                        .as("what %s holds of %s", principal, query)
                        .isEqualTo(model.visible(principal, query));
            }
            return page.hasMore();
        }

        private void take(Change change, Map<ViewModel.Key, String> replica, boolean overtaken) {
            ViewModel.Key key = new ViewModel.Key(change.integrationId(), change.entityType(), change.entityId());
            if (change.operation() == Operation.DELETED) {
                // Whose view changes while it is on its way may be told that something is gone which it was never
                // shown.
                assertThat(overtaken ? model.mayGuess(principal, key) : model.mayKnow(principal, key))
                        .as("%s is told the id of %s", principal, key)
                        .isTrue();
                assertThat(change.data()).isEmpty();
                replica.remove(key);
                return;
            }
            String json = new String(change.data().orElseThrow(), StandardCharsets.UTF_8);
            Optional<String> scope = Optional.of(
                            ChangelogFixture.json(json).path("scope").asText())
                    .filter(text -> !text.isEmpty());
            assertThat(model.maySee(principal, key, scope) && model.saw(principal, key, json))
                    .as("%s is shown %s %s", principal, key, json)
                    .isTrue();
            if (change.operation() == Operation.UPDATED && !overtaken) {
                assertThat(replica).as("updates what it has").containsKey(key);
            }
            replica.put(key, json);
        }
    }
}
