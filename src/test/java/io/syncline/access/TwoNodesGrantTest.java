package io.syncline.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.syncline.changelog.Change;
import io.syncline.changelog.Changelog;
import io.syncline.changelog.FeedPage;
import io.syncline.changelog.FeedQuery;
import io.syncline.changelog.Observed;
import io.syncline.changelog.Page;
import io.syncline.changelog.Snapshot;
import io.syncline.pull.Waiting;
import io.syncline.storage.Database;
import io.syncline.storage.TestDatabase;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Two nodes on one PostgreSQL: what is granted, revoked and appended on one is told by the feed of the other. */
final class TwoNodesGrantTest {

    private static final FeedQuery ALL = new FeedQuery("changes", Set.of(), Optional.empty());

    /** What one process has of its own. */
    private static final class Node implements AutoCloseable {
        final Database database;
        final Changelog changelog;
        final Access access;

        Node(TestDatabase of) {
            database = of.open();
            changelog = Changelog.open(database, Clock.systemUTC());
            access = Access.open(changelog, database, Clock.systemUTC(), List.of());
        }

        FeedPage read(String token, Optional<String> cursor) {
            return changelog.read(access.caller(token).orElseThrow().view(), ALL, cursor, 10);
        }

        void append(String entityId, String scope, String state) {
            changelog.append(new Page(
                    "crm",
                    "forms",
                    1,
                    Optional.empty(),
                    List.of(new Observed.Present(
                            "Form",
                            entityId,
                            Snapshot.of(new JsonMapper().createObjectNode().put("state", state)),
                            Optional.of(scope),
                            OptionalLong.empty(),
                            false,
                            Optional.empty())),
                    List.of(),
                    Optional.empty()));
        }

        @Override
        public void close() {
            access.close();
            changelog.close();
            database.close();
        }
    }

    @Test
    void tellOfEachOthersGrants() {
        TestDatabase shared = TestDatabase.postgresql();
        try (Node one = new Node(shared);
                Node two = new Node(shared)) {
            one.append("x", "a", "1");
            one.append("y", "b", "1");
            String token = one.access.issue("ann", Set.of(TokenScope.SYNC)).secret();
            Grant granted =
                    one.access.grant(Optional.empty(), "ann", new Grant.Extent("crm", Optional.of("a"), Set.of()));
            Waiting.until("the token on the other node", () -> two.access.caller(token));

            Stand stand = new Stand(two, token);
            stand.until("created x");
            // Both hold the feed in memory by now: what is hidden moves nothing on either.
            FeedPage idle = two.read(token, stand.cursor);
            one.append("y", "b", "2");
            one.append("x", "a", "2");
            stand.until("updated x");
            assertThat(idle.changes()).isEmpty();
            one.append("x", "b", "3");
            stand.until("deleted x");

            // Here first, then there: the cursor brings the grant along, whether the other node has heard of it or not.
            one.access.grant(Optional.empty(), "ann", new Grant.Extent("crm", Optional.of("b"), Set.of()));
            FeedPage here = one.read(token, stand.cursor);
            assertThat(here.changes()).extracting(Change::entityId).containsExactlyInAnyOrder("x", "y");
            FeedPage there = two.read(token, Optional.of(here.cursor()));
            assertThat(there).isEqualTo(new FeedPage(List.of(), here.cursor(), false));

            stand.cursor = Optional.of(there.cursor());
            assertThat(two.access.revokeGrant(granted.id())).isTrue();
            two.access.grants(Optional.of("ann")).forEach(grant -> two.access.revokeGrant(grant.id()));
            Stand back = new Stand(one, token);
            back.cursor = stand.cursor;
            back.until("deleted x");
        }
    }

    /** A consumer of one node. */
    private static final class Stand {
        private final Node node;
        private final String token;
        private Optional<String> cursor = Optional.empty();

        Stand(Node node, String token) {
            this.node = node;
            this.token = token;
        }

        /** Reads on until it is told of this. */
        void until(String told) {
            Waiting.until(told, () -> {
                FeedPage page = node.read(token, cursor);
                cursor = Optional.of(page.cursor());
                return page.changes().stream()
                        .map(change ->
                                change.operation().name().toLowerCase(java.util.Locale.ROOT) + " " + change.entityId())
                        .filter(told::equals)
                        .findFirst();
            });
        }
    }
}
