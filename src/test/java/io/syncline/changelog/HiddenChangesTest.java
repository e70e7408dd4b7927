package io.syncline.changelog;

import static io.syncline.changelog.ChangelogFixture.ALL;
import static io.syncline.changelog.ChangelogFixture.page;
import static io.syncline.changelog.ChangelogFixture.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.access.Access;
import io.syncline.access.Grant;
import io.syncline.access.TokenScope;
import io.syncline.pull.Waiting;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nothing that a principal can read moves with what it cannot see; and reading that there is nothing new touches no table. */
class HiddenChangesTest extends OnBothDatabases {

    private Access access;
    private String ann;

    @BeforeEach
    void grant() {
        access = Access.open(changelog, database, clock, List.of());
        ann = access.issue("ann", Set.of(TokenScope.SYNC)).secret();
        change("crm", "before", "b", "1");
        access.grant(Optional.empty(), "ann", new Grant.Extent("crm", Optional.of("a"), Set.of()));
        change("crm", "mine", "a", "1");
    }

    @AfterEach
    void closeAccess() {
        access.close();
    }

    private void change(String integrationId, String entityId, String scope, String state) {
        changelog.append(page(
                integrationId,
                new Observed.Present(
                        "Form",
                        entityId,
                        snapshot("{\"state\":\"" + state + "\"}"),
                        Optional.of(scope),
                        OptionalLong.empty(),
                        false,
                        Optional.empty())));
    }

    private View view() {
        return access.caller(ann).orElseThrow().view();
    }

    private FeedPage read(Optional<String> cursor) {
        return changelog.read(view(), ALL, cursor, 10);
    }

    /** In the collection that ann sees a part of, elsewhere, and to others. */
    private void happenUnseen(int round) {
        change("crm", "before", "b", "again " + round);
        change("crm", "wanderer", round % 2 == 0 ? "b" : "c", "1");
        change("erp", "other", "a", "round " + round);
        access.grant(Optional.empty(), "bob", new Grant.Extent("crm", Optional.of("s" + round), Set.of()));
    }

    @Test
    void movesNothingThatAPrincipalCanRead() {
        long head = changelog.head(view(), ALL);
        FeedPage first = read(Optional.empty());
        String cursor = first.cursor();
        assertThat(head).isEqualTo(3);

        for (int round = 0; round < 3; round++) {
            happenUnseen(round);
            assertThat(changelog.head(view(), ALL)).isEqualTo(head);
            assertThat(ChangelogFixture.texts(read(Optional.empty()).changes()))
                    .isEqualTo(ChangelogFixture.texts(first.changes()).toList())
                    .containsExactly("3 created crm/Form/mine {\"state\":\"1\"}");
            FeedPage idle = read(Optional.of(cursor));
            assertThat(idle).isEqualTo(new FeedPage(List.of(), cursor, false));
        }

        restart();
        access.close();
        access = Access.open(changelog, database, clock, List.of());
        assertThat(changelog.head(view(), ALL)).isEqualTo(head);
        assertThat(read(Optional.of(cursor)).cursor()).isEqualTo(cursor);
    }

    @Test
    void movesWithWhatComesIntoSightAndGoesOutOfIt() {
        assertThat(changelog.head(view(), ALL)).isEqualTo(3);
        String cursor = read(Optional.empty()).cursor();

        change("crm", "before", "a", "moved in");
        assertThat(changelog.head(view(), ALL)).isEqualTo(4);
        assertThat(ChangelogFixture.texts(read(Optional.of(cursor)).changes()))
                .containsExactly("4 created crm/Form/before {\"state\":\"moved in\"}");
        change("crm", "before", "b", "moved out");
        assertThat(changelog.head(view(), ALL)).isEqualTo(5);
        changelog.append(page("crm", ChangelogFixture.gone("Form", "mine")));
        assertThat(changelog.head(view(), ALL)).isEqualTo(6);

        restart();
        access.close();
        access = Access.open(changelog, database, clock, List.of());
        assertThat(changelog.head(view(), ALL)).isEqualTo(6);
    }

    @Test
    void renewsACursorByTheDayWhetherOrNotSomethingHappenedUnseen() {
        String cursor = read(Optional.empty()).cursor();
        clock.advance(Duration.ofDays(1));
        String quiet = read(Optional.of(cursor)).cursor();
        assertThat(quiet).isNotEqualTo(cursor).hasSameSizeAs(cursor);
        assertThat(read(Optional.of(quiet)).cursor()).isEqualTo(quiet);

        happenUnseen(1);
        clock.advance(Duration.ofDays(1));
        assertThat(read(Optional.of(quiet)).cursor()).isNotEqualTo(quiet).hasSameSizeAs(quiet);
    }

    @Test
    void tellsNothingByTheTextOfACursor() {
        String one = read(Optional.empty()).cursor();
        String same = read(Optional.empty()).cursor();

        // Two texts of one cursor differ as much as those of two.
        assertThat(one.substring(3)).isNotEqualTo(same.substring(3)).hasSameSizeAs(same.substring(3));
        assertThat(read(Optional.of(one)).cursor()).isEqualTo(one);
        assertThat(read(Optional.of(same)).cursor()).isEqualTo(same);
    }

    @Test
    void showsNothingThatWasGoneFromAScopeBeforeItsGrant() {
        change("crm", "left", "s", "secret");
        change("crm", "left", "t", "secret too");
        change("crm", "stays", "s", "old");
        change("crm", "stays", "s", "new");
        change("crm", "deleted", "s", "secret");
        changelog.append(page("crm", ChangelogFixture.gone("Form", "deleted")));
        access.grant(Optional.empty(), "ann", new Grant.Extent("crm", Optional.of("s"), Set.of()));

        assertThat(read(Optional.empty()).changes())
                .extracting(Change::entityId)
                .containsExactly("mine", "stays");
    }

    @Test
    void answersAPollWithNothingNewFromMemory() {
        String cursor = read(Optional.empty()).cursor();
        happenUnseen(1);
        database.jdbi().useHandle(handle -> handle.execute("ALTER TABLE change RENAME TO elsewhere"));
        try {
            assertThat(read(Optional.of(cursor)).cursor()).isEqualTo(cursor);
            assertThat(changelog.head(view(), ALL)).isEqualTo(3);
        } finally {
            database.jdbi().useHandle(handle -> handle.execute("ALTER TABLE elsewhere RENAME TO change"));
        }
    }

    @Test
    void saysThatTheCursorIsExpiredThoughAnotherNodeRemovedWhatTookAnEntityOutOfSight() {
        String cursor = read(Optional.empty()).cursor();
        change("crm", "mine", "b", "moved out");
        change("crm", "mine", "b", "changed there");
        try (Changelog other = opened()) {
            clock.advance(Duration.ofDays(31));
            changelog.compact(Retention.DEFAULT);

            assertThatThrownBy(() -> other.read(view(), ALL, Optional.of(cursor), 10))
                    .isInstanceOfSatisfying(CursorException.class, expired -> assertThat(expired.reason())
                            .isEqualTo(CursorException.Reason.EXPIRED));
        }
    }

    @Test
    void keepsNothingOfAnIntegrationThatIsNotThere() {
        WeakReference<String> name = new WeakReference<>("x".repeat(1_000_000));

        FeedPage page = changelog.read(
                view(), new FeedQuery("changes", Set.of(), Optional.of(name.get())), Optional.empty(), 10);

        assertThat(page.changes()).isEmpty();
        Waiting.until("the name to be forgotten", () -> {
            System.gc();
            return name.get() == null ? Optional.of(true) : Optional.empty();
        });
    }
}
