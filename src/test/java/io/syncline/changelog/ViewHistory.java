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
import java.util.function.Consumer;

/**
 * One history of changes, grants and reads, on a real changelog and in the model. What a step does is drawn from its number. After every step
 * each reader whom it may concern is looked at: a copy of it reads on to the end and must then hold what the model has, while the reader
 * itself stays where it stood.
 */
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
    /** How often the changelog was compacted: only then may a cursor have expired. */
    private int compactions;

    /**
     * Whether the copies read by a changelog of their own, which remembers nothing, so that the history's own remembers only what its steps have
     * asked for; else they share its memory, which must then be right after every step.
     */
    private final boolean bystander;

    ViewHistory(Database database, boolean bystander) {
        this.database = database;
        this.bystander = bystander;
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
        List<Reader> concerned = readers;
        switch (random.nextInt(20)) {
            case 0 -> restart();
            case 1 -> compact(random);
            case 2, 3, 4 -> grant(random);
            case 5, 6 -> revoke(random);
            case 7 -> concerned = one(random, Reader::save);
            case 8 -> concerned = one(random, Reader::restore);
            case 9, 10, 11, 12 -> concerned = one(random, reader -> reader.read(changelog, 1 + random.nextInt(3)));
            case 13 -> concerned = one(random, reader -> reader.drain(changelog, 1 + random.nextInt(5)));
            default -> append(random);
        }
        look(concerned, random.nextInt(8) == 0 ? 1 + random.nextInt(3) : MOST_PAGES);
    }

    private void look(List<Reader> concerned, int limit) {
        // Two who stand alike would read alike.
        List<Place> places = concerned.stream().map(Reader::place).distinct().toList();
        if (!bystander) {
            places.forEach(place -> reader(place).drain(changelog, limit));
            return;
        }
        try (Changelog other = ChangelogFixture.open(database, clock)) {
            places.forEach(place -> reader(place).drain(other, limit));
        }
    }

    /** Another who holds the same and stands at the same place. */
    private Reader reader(Place place) {
        Reader reader = new Reader(place.principal(), place.query());
        reader.stand = place.stand();
        return reader;
    }

    /** Who goes back to an old cursor in the end holds what it may see, too. */
    void finish() {
        readers.forEach(reader -> {
            reader.restore();
            reader.drain(changelog, 2);
        });
    }

    private List<Reader> one(Random random, Consumer<Reader> step) {
        Reader reader = readers.get(random.nextInt(readers.size()));
        step.accept(reader);
        return List.of(reader);
    }

    private void restart() {
        close();
        open();
    }

    private void compact(Random random) {
        clock.advance(Duration.ofDays(random.nextInt(4) == 0 ? 100 : random.nextInt(50)));
        changelog.compact(Retention.DEFAULT);
        access.forgetRevoked(Retention.DEFAULT);
        compactions++;
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

    /**
     * What a reader holds, and where it stands.
     *
     * @param compactions how many there had been when it began
     */
    private record Stand(
            Map<ViewModel.Key, String> replica,
            Optional<String> cursor,
            long last,
            Optional<View> between,
            int compactions) {

        static final Stand START = new Stand(Map.of(), Optional.empty(), 0, Optional.empty(), 0);
    }

    private record Place(String principal, FeedQuery query, Stand stand) {}

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

        Place place() {
            return new Place(principal, query, stand);
        }

        void save() {
            saved = stand;
        }

        void restore() {
            stand = saved;
        }

        void drain(Changelog from, int limit) {
            boolean more = true;
            for (int pages = 0; more; pages++) {
                assertThat(pages).as("a feed that does not end").isLessThan(MOST_PAGES);
                more = read(from, limit);
            }
        }

        /** @return whether there is more */
        boolean read(Changelog from, int limit) {
            View view = access.caller(tokens.get(principal)).orElseThrow().view();
            FeedPage page;
            try {
                page = from.read(view, query, stand.cursor(), limit);
            } catch (CursorException e) {
                assertThat(e.reason()).isEqualTo(CursorException.Reason.EXPIRED);
                assertThat(compactions).as("expired, and nothing was removed").isGreaterThan(stand.compactions());
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
                    page.hasMore() ? Optional.of(overtaken ? stand.between().get() : view) : Optional.empty(),
                    stand.cursor().isPresent() ? stand.compactions() : compactions);
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
