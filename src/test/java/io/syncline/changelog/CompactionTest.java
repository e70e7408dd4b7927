package io.syncline.changelog;

import static io.syncline.changelog.ChangelogFixture.ALL;
import static io.syncline.changelog.ChangelogFixture.EVERYTHING;
import static io.syncline.changelog.ChangelogFixture.drain;
import static io.syncline.changelog.ChangelogFixture.form;
import static io.syncline.changelog.ChangelogFixture.gone;
import static io.syncline.changelog.ChangelogFixture.page;
import static io.syncline.changelog.ChangelogFixture.present;
import static io.syncline.changelog.ChangelogFixture.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.changelog.CursorException.Reason;
import io.syncline.storage.Database;
import io.syncline.storage.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What compaction removes, and what readers from before and after it get. */
class CompactionTest extends OnBothDatabases {

    private static final FeedQuery FORMS = new FeedQuery("forms", Set.of("Form"), Optional.empty());

    private Compacted compactAfter(long days) {
        clock.advance(Duration.ofDays(days));
        return changelog.compact(Retention.DEFAULT);
    }

    private FeedPage read(FeedQuery query, String cursor) {
        return changelog.read(EVERYTHING, query, Optional.of(cursor), 100);
    }

    private String cursorAtTheEnd(FeedQuery query) {
        return drain(changelog, EVERYTHING, query, Optional.empty(), 100).cursor();
    }

    private void assertExpired(FeedQuery query, String cursor) {
        assertThatThrownBy(() -> read(query, cursor))
                .isInstanceOfSatisfying(
                        CursorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.EXPIRED))
                .hasMessageContaining("without a cursor");
    }

    @Test
    void removesWhatIsSupersededForLongerThanTheRetention() {
        changelog.append(page("crm", form("a", "1"), form("b", "1")));
        changelog.append(page("crm", form("a", "2")));

        assertThat(compactAfter(31)).isEqualTo(new Compacted(1, 0));

        assertThat(texts(drain(changelog)))
                .containsExactly(
                        "2 created crm/Form/b {\"id\":\"b\",\"name\":\"1\"}",
                        "3 created crm/Form/a {\"id\":\"a\",\"name\":\"2\"}");
    }

    @Test
    void keepsWhatWasSupersededLately() {
        changelog.append(page("crm", form("a", "1")));
        clock.advance(Duration.ofDays(100));
        changelog.append(page("crm", form("a", "2")));

        assertThat(compactAfter(29)).isEqualTo(new Compacted(0, 0));

        assertThat(drain(changelog))
                .extracting(Change::operation)
                .containsExactly(Operation.CREATED, Operation.UPDATED);
    }

    @Test
    void keepsTheNewestChangeOfALivingEntityForEver() {
        changelog.append(page("crm", form("a", "1")));

        assertThat(compactAfter(10_000)).isEqualTo(new Compacted(0, 0));

        assertThat(drain(changelog)).hasSize(1);
    }

    @Test
    void leavesTheOperationsOfAChainOfUpdatesRight() {
        changelog.append(page("crm", form("a", "1")));
        changelog.append(page("crm", form("a", "2")));
        changelog.append(page("crm", form("a", "3")));
        clock.advance(Duration.ofDays(31));
        changelog.append(page("crm", form("a", "4")));

        assertThat(compactAfter(1)).isEqualTo(new Compacted(2, 0));
        assertThat(texts(drain(changelog)))
                .containsExactly(
                        "3 created crm/Form/a {\"id\":\"a\",\"name\":\"3\"}",
                        "4 updated crm/Form/a {\"id\":\"a\",\"name\":\"4\"}");

        assertThat(compactAfter(31)).isEqualTo(new Compacted(1, 0));
        assertThat(texts(drain(changelog))).containsExactly("4 created crm/Form/a {\"id\":\"a\",\"name\":\"4\"}");
    }

    @Test
    void goesOnComparingWithTheLatestState() {
        changelog.append(page("crm", form("a", "1")));
        changelog.append(page("crm", form("a", "2")));
        compactAfter(31);

        assertThat(changelog.append(page("crm", form("a", "2"))).unchanged()).isEqualTo(1);
        assertThat(changelog.append(page("crm", form("a", "3"))).updated()).isEqualTo(1);
    }

    @Test
    void keepsATombstoneAfterItsEntitysOtherChangesAreGone() {
        changelog.append(page("crm", form("a", "1")));
        String before = cursorAtTheEnd(ALL);
        changelog.append(page("crm", gone("Form", "a")));

        assertThat(compactAfter(31)).isEqualTo(new Compacted(1, 0));

        assertThat(texts(drain(changelog))).containsExactly("2 deleted crm/Form/a");
        assertThat(texts(read(ALL, before).changes())).containsExactly("2 deleted crm/Form/a");
    }

    @Test
    void removesATombstoneAndAllThatWasKnownOfItsEntityInTheEnd() {
        changelog.append(page("crm", form("a", "1"), form("b", "1")));
        changelog.append(page("crm", gone("Form", "a")));

        assertThat(compactAfter(91)).isEqualTo(new Compacted(1, 1));

        assertThat(drain(changelog)).extracting(Change::entityId).containsExactly("b");
        assertThat(changelog.append(page("crm", form("a", "1")))).isEqualTo(new Appended(1, 0, 0, 0, 0, 0, 4));
    }

    @Test
    void saysThatACursorFromBeforeARemovedTombstoneIsExpired() {
        changelog.append(page("crm", form("a", "1")));
        String before = cursorAtTheEnd(ALL);
        changelog.append(page("crm", gone("Form", "a"), form("b", "1")));
        String after = cursorAtTheEnd(ALL);

        compactAfter(91);

        assertExpired(ALL, before);
        assertThat(read(ALL, after).changes()).isEmpty();
        restart();
        assertExpired(ALL, before);
    }

    @Test
    void letsAReaderFromTheBeginningFinishThoughItWalksFarBelowTheHorizon() {
        for (int i = 0; i < 10; i++) {
            changelog.append(page("crm", form("e" + i, "1")));
        }
        changelog.append(page("crm", form("gone", "1")));
        changelog.append(page("crm", gone("Form", "gone")));
        compactAfter(91);

        assertThat(drain(changelog, EVERYTHING, ALL, Optional.empty(), 3).changes())
                .hasSize(10);
    }

    @Test
    void letsAReaderFinishThatBeganAfterTheEntityItselfWasRemoved() {
        changelog.append(page("crm", form("a", "1"), form("b", "1"), form("c", "1")));
        changelog.append(page("crm", gone("Form", "a")));
        compactAfter(31);
        FeedPage first = changelog.read(EVERYTHING, ALL, Optional.empty(), 1);

        assertThat(compactAfter(60)).isEqualTo(new Compacted(0, 1));

        assertThat(read(ALL, first.cursor()).changes())
                .extracting(Change::entityId)
                .containsExactly("c");
    }

    @Test
    void stopsAReaderInTheMiddleThatSawAnEntityOfWhichTheTombstoneIsRemoved() {
        changelog.append(page("crm", form("a", "1"), form("b", "1")));
        FeedPage first = changelog.read(EVERYTHING, ALL, Optional.empty(), 1);
        changelog.append(page("crm", gone("Form", "a")));

        compactAfter(91);

        assertExpired(ALL, first.cursor());
    }

    @Test
    void removesATombstoneThroughTheNewLifeOfItsEntity() {
        changelog.append(page("crm", form("a", "1")));
        changelog.append(page("crm", gone("Form", "a")));
        clock.advance(Duration.ofDays(80));
        changelog.append(page("crm", form("a", "2")));

        assertThat(compactAfter(20)).isEqualTo(new Compacted(1, 0));
        assertThat(drain(changelog))
                .extracting(Change::operation)
                .containsExactly(Operation.DELETED, Operation.CREATED);

        assertThat(compactAfter(20)).isEqualTo(new Compacted(1, 0));
        assertThat(texts(drain(changelog))).containsExactly("3 created crm/Form/a {\"id\":\"a\",\"name\":\"2\"}");
    }

    @Test
    void movesACursorOnWhereOnlyRemovedChangesFollow() {
        changelog.append(page("crm", form("a", "1"), present("Point", "p", "1")));
        changelog.append(page("crm", gone("Form", "a")));
        compactAfter(91);

        FeedPage forms = changelog.read(EVERYTHING, FORMS, Optional.empty(), 10);

        assertThat(forms.changes()).isEmpty();
        assertThat(forms.hasMore()).isFalse();
        assertThat(read(FORMS, forms.cursor()).cursor()).isEqualTo(forms.cursor());
    }

    @Test
    void doesNotLetAFeedsHeadGoBack() {
        changelog.append(page("crm", form("a", "1"), form("b", "1")));
        changelog.append(page("crm", gone("Form", "b")));
        compactAfter(91);

        restart();

        assertThat(changelog.head(EVERYTHING, FORMS)).isEqualTo(3);
        assertThat(changelog.head()).isEqualTo(3);
    }

    @Test
    void renewsTheCursorOfAReaderOfAQuietFeedBeforeItExpires() {
        changelog.append(page("crm", form("a", "1"), present("Point", "p", "1")));
        String cursor = cursorAtTheEnd(FORMS);
        for (int day = 0; day < 200; day += 20) {
            changelog.append(page("crm", present("Point", "p", "day " + day), present("Point", "q" + day, "1")));
            changelog.append(page("crm", gone("Point", "q" + day)));
            compactAfter(20);

            String next = read(FORMS, cursor).cursor();
            assertThat(read(FORMS, next).cursor()).isEqualTo(next);
            cursor = next;
        }
        changelog.append(page("crm", form("b", "1")));
        assertThat(read(FORMS, cursor).changes()).extracting(Change::entityId).containsExactly("b");
    }

    @Test
    void worksThroughMoreThanOneBatch() {
        for (int round = 0; round < 4; round++) {
            String name = "round " + round;
            changelog.append(page(
                    "crm",
                    name,
                    IntStream.range(0, 700)
                            .<Observed>mapToObj(i -> form("e" + i, name))
                            .toList()));
        }
        changelog.append(page(
                "crm",
                "gone",
                IntStream.range(0, 690)
                        .<Observed>mapToObj(i -> gone("Form", "e" + i))
                        .toList()));

        assertThat(compactAfter(91)).isEqualTo(new Compacted(3 * 700 + 690, 690));

        assertThat(drain(changelog)).hasSize(10).extracting(Change::operation).containsOnly(Operation.CREATED);
        assertThat(compactAfter(1)).isEqualTo(new Compacted(0, 0));
    }

    @Test
    void remembersTheAppendsThatChangesAreLeftOf() {
        changelog.append(page("crm", form("a", "1"), form("b", "1")));
        changelog.append(page("crm", form("a", "2")));
        changelog.append(page("crm", form("a", "3")));
        changelog.append(page("crm", form("c", "1")));
        changelog.append(page("crm", gone("Form", "c")));

        compactAfter(91);

        List<Long> appends = database.jdbi()
                .withHandle(handle -> handle.createQuery("SELECT last_seq FROM append ORDER BY last_seq")
                        .mapTo(Long.class)
                        .list());
        assertThat(appends).containsExactly(2L, 4L);
    }

    @Test
    void refusesToKeepTombstonesShorterThanWhatTheySupersede() {
        assertThatThrownBy(() -> new Retention(Duration.ofDays(30), Duration.ofDays(29)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void expiresEveryCursorOfAnEarlierGeneration() {
        changelog.append(page("crm", form("a", "1")));
        String old = cursorAtTheEnd(ALL);

        changelog.startNewGeneration();

        assertExpired(ALL, old);
        String current = cursorAtTheEnd(ALL);
        restart();
        assertExpired(ALL, old);
        assertThat(read(ALL, current).changes()).isEmpty();
    }

    @Test
    void doesNotBeginAGenerationTwiceWhenABackupIsRestoredTwice() {
        changelog.append(page("crm", form("a", "1")));
        changelog.startNewGeneration();
        String ofTheFirstRestore = cursorAtTheEnd(ALL);
        clock.advance(Duration.ofMinutes(1));
        database.jdbi().useHandle(handle -> handle.execute("UPDATE cursor_state SET generation = 1"));
        restart();

        changelog.startNewGeneration();

        assertExpired(ALL, ofTheFirstRestore);
    }

    @Test
    void bringsNothingBackToLifeThoughAClockWentWrong() {
        changelog.append(page("crm", form("a", "1")));
        clock.advance(Duration.ofDays(60));
        changelog.append(page("crm", form("b", "1")));
        Duration wrong = Duration.ofDays(1_000);
        clock.advance(wrong.negated());
        changelog.append(page("crm", gone("Form", "a")));
        clock.advance(wrong);

        compactAfter(0);
        restart();

        assertThat(drain(changelog))
                .extracting(change -> change.entityId() + " " + change.operation())
                .containsExactly("a CREATED", "b CREATED", "a DELETED");
    }

    @Test
    void leavesNothingInTheLogOfSqlite(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("syncline.db-wal");
        try (Database own = TestDatabase.sqlite(folder).open();
                Changelog compacted = ChangelogFixture.open(own, clock)) {
            compacted.append(page("crm", form("a", "1")));
            drain(compacted);
            assertThat(log).isNotEmptyFile();

            compacted.compact(Retention.DEFAULT);

            assertThat(log).isEmptyFile();
            assertThat(drain(compacted)).hasSize(1);
        }
    }
}
