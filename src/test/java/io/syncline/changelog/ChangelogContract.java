package io.syncline.changelog;

import static io.syncline.changelog.ChangelogFixture.ALL;
import static io.syncline.changelog.ChangelogFixture.EVERYTHING;
import static io.syncline.changelog.ChangelogFixture.drain;
import static io.syncline.changelog.ChangelogFixture.form;
import static io.syncline.changelog.ChangelogFixture.gone;
import static io.syncline.changelog.ChangelogFixture.page;
import static io.syncline.changelog.ChangelogFixture.present;
import static io.syncline.changelog.ChangelogFixture.texts;
import static io.syncline.changelog.ChangelogFixture.versioned;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.changelog.ChangelogFixture.SetClock;
import io.syncline.storage.Database;
import io.syncline.storage.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the changelog promises, on whichever database. */
abstract class ChangelogContract {

    @TempDir
    Path folder;

    final SetClock clock = new SetClock();
    Database database;
    Changelog changelog;

    TestDatabase testDatabase;

    abstract TestDatabase testDatabase();

    @BeforeEach
    void open() {
        testDatabase = testDatabase();
        database = testDatabase.open();
        changelog = Changelog.open(database, clock);
    }

    @AfterEach
    void close() {
        changelog.close();
        database.close();
    }

    @Nested
    class Append {

        @Test
        void numbersChangesWithoutAGapInTheOrderOfThePage() {
            Appended appended = changelog.append(page("crm", form("a", "one"), form("b", "two")));
            changelog.append(page("crm", form("a", "one more"), gone("Form", "b")));

            assertThat(appended).isEqualTo(new Appended(2, 0, 0, 0, 0, 0, 2));
            assertThat(texts(drain(changelog)))
                    .containsExactly(
                            "1 created crm/Form/a {\"id\":\"a\",\"name\":\"one\"}",
                            "2 created crm/Form/b {\"id\":\"b\",\"name\":\"two\"}",
                            "3 updated crm/Form/a {\"id\":\"a\",\"name\":\"one more\"}",
                            "4 deleted crm/Form/b");
        }

        @Test
        void appendsNothingForWhatDidNotChange() {
            changelog.append(page("crm", form("a", "one"), form("b", "two")));

            Appended again = changelog.append(page("crm", form("b", "two"), form("a", "one")));

            assertThat(again).isEqualTo(new Appended(0, 0, 0, 2, 0, 0, 2));
            assertThat(drain(changelog)).hasSize(2);
        }

        @Test
        void takesNoNoticeOfTheEndOfWhatIsNotThere() {
            changelog.append(page("crm", form("a", "one")));
            changelog.append(page("crm", gone("Form", "a")));

            Appended appended = changelog.append(page("crm", gone("Form", "a"), gone("Form", "never seen")));

            assertThat(appended.changes()).isZero();
            assertThat(changelog.head()).isEqualTo(2);
        }

        @Test
        void createsAnewWhatWasDeleted() {
            changelog.append(page("crm", form("a", "one")));
            changelog.append(page("crm", gone("Form", "a")));
            changelog.append(page("crm", form("a", "one")));

            assertThat(drain(changelog))
                    .extracting(Change::operation)
                    .containsExactly(Operation.CREATED, Operation.DELETED, Operation.CREATED);
        }

        @Test
        void appendsEachRealChangeOfAnEntityThatAPageHoldsSeveralTimes() {
            Appended appended = changelog.append(
                    page("crm", form("a", "1"), form("a", "1"), form("a", "2"), gone("Form", "a"), form("a", "3")));

            assertThat(appended).isEqualTo(new Appended(2, 1, 1, 1, 0, 0, 4));
            assertThat(drain(changelog))
                    .extracting(Change::operation)
                    .containsExactly(Operation.CREATED, Operation.UPDATED, Operation.DELETED, Operation.CREATED);
        }

        @Test
        void passesOverAnOlderVersionThanItHolds() {
            changelog.append(page("crm", versioned("a", "second", 2)));

            Appended appended = changelog.append(page("crm", versioned("a", "first", 1)));

            assertThat(appended).isEqualTo(new Appended(0, 0, 0, 0, 1, 0, 1));
        }

        @Test
        void appendsOtherContentUnderTheSameVersion() {
            changelog.append(page("crm", versioned("a", "one", 2)));

            assertThat(changelog.append(page("crm", versioned("a", "other", 2))).updated())
                    .isEqualTo(1);
        }

        @Test
        void remembersTheVersionOfWhatCameAgainUnchanged() {
            changelog.append(page("crm", versioned("a", "one", 1)));
            changelog.append(page("crm", versioned("a", "one", 5)));

            assertThat(changelog.append(page("crm", versioned("a", "late", 4))).stale())
                    .isEqualTo(1);
        }

        @Test
        void doesNotBringBackADeletedEntityByALateOldVersion() {
            changelog.append(page("crm", versioned("a", "one", 5)));
            changelog.append(page("crm", gone("Form", "a")));

            assertThat(changelog.append(page("crm", versioned("a", "late", 4))).stale())
                    .isEqualTo(1);
        }

        @Test
        void keepsIntegrationsAndTypesApart() {
            changelog.append(page("crm", form("a", "one"), present("Point", "a", "one")));
            Appended other = changelog.append(page("erp", form("a", "one")));

            assertThat(other.created()).isEqualTo(1);
            assertThat(drain(changelog)).hasSize(3);
        }

        @Test
        void treatsAMoveToAnotherScopeAsAnUpdate() {
            changelog.append(page("crm", scoped("a", "north")));

            assertThat(changelog.append(page("crm", scoped("a", "south"))).updated())
                    .isEqualTo(1);
        }

        private static Observed scoped(String id, String scope) {
            return new Observed.Present(
                    "Form",
                    id,
                    form(id, "one").snapshot(),
                    Optional.of(scope),
                    OptionalLong.empty(),
                    false,
                    Optional.empty());
        }

        @Test
        void refusesAnOlderFenceAndWritesNothing() {
            changelog.append(fenced(7, "seven", form("a", "one")));

            assertThatThrownBy(() -> changelog.append(fenced(6, "six", form("b", "two"))))
                    .isInstanceOf(FencedException.class);

            assertThat(changelog.checkpoint("crm", "forms")).contains("seven");
            assertThat(changelog.head()).isEqualTo(1);
            assertThat(changelog.append(fenced(8, "eight")).head()).isEqualTo(1);
        }

        private static Page fenced(long fence, String checkpoint, Observed... observed) {
            return new Page(
                    "crm", "forms", fence, Optional.empty(), List.of(observed), List.of(), Optional.of(checkpoint));
        }
    }

    @Nested
    class Checkpoints {

        @Test
        void moveWithTheirPage() {
            assertThat(changelog.checkpoint("crm", "forms")).isEmpty();

            changelog.append(page("crm", "first", List.of(form("a", "one"))));
            assertThat(changelog.checkpoint("crm", "forms")).contains("first");

            changelog.append(page("crm", "second", List.of()));
            assertThat(changelog.checkpoint("crm", "forms")).contains("second");

            changelog.append(page("crm", form("b", "two")));
            assertThat(changelog.checkpoint("crm", "forms")).contains("second");
        }

        @Test
        void areForgottenForOneIntegrationOnly() {
            changelog.append(page("crm", "first", List.of()));
            changelog.append(page("erp", "first", List.of()));

            changelog.resetCheckpoints("crm");

            assertThat(changelog.checkpoint("crm", "forms")).isEmpty();
            assertThat(changelog.checkpoint("erp", "forms")).contains("first");
        }
    }

    @Nested
    class Read {

        @Test
        void goesOnAfterTheCursor() {
            changelog.append(page("crm", form("a", "1"), form("b", "2"), form("c", "3")));

            FeedPage first = changelog.read(EVERYTHING, ALL, Optional.empty(), 2);
            FeedPage second = changelog.read(EVERYTHING, ALL, Optional.of(first.cursor()), 2);

            assertThat(first.changes()).hasSize(2);
            assertThat(first.hasMore()).isTrue();
            assertThat(second.changes()).extracting(Change::entityId).containsExactly("c");
            assertThat(second.hasMore()).isFalse();
        }

        @Test
        void saysThatThereIsNoMoreAtTheEndOfAFullPage() {
            changelog.append(page("crm", form("a", "1"), form("b", "2")));

            assertThat(changelog.read(EVERYTHING, ALL, Optional.empty(), 2).hasMore())
                    .isFalse();
        }

        @Test
        void echoesTheCursorOfAnEmptyPage() {
            changelog.append(page("crm", form("a", "1")));
            String cursor =
                    changelog.read(EVERYTHING, ALL, Optional.empty(), 10).cursor();

            FeedPage empty = changelog.read(EVERYTHING, ALL, Optional.of(cursor), 10);

            assertThat(empty.changes()).isEmpty();
            assertThat(empty.hasMore()).isFalse();
            assertThat(empty.cursor()).isEqualTo(cursor);
        }

        @Test
        void givesACursorBeforeThereIsAnything() {
            FeedPage empty = changelog.read(EVERYTHING, ALL, Optional.empty(), 10);
            changelog.append(page("crm", form("a", "1")));

            assertThat(empty.changes()).isEmpty();
            assertThat(changelog
                            .read(EVERYTHING, ALL, Optional.of(empty.cursor()), 10)
                            .changes())
                    .hasSize(1);
        }

        @Test
        void selectsByTypeWithoutRegardToCase() {
            changelog.append(page("crm", form("a", "1"), present("Point", "p", "2"), present("Project", "q", "3")));

            assertThat(read(EVERYTHING, query("FORM"))).containsExactly("a");
            assertThat(read(EVERYTHING, query("form", "project"))).containsExactly("a", "q");
            assertThat(read(EVERYTHING, query("lead"))).isEmpty();
        }

        @Test
        void selectsByIntegration() {
            changelog.append(page("crm", form("a", "1")));
            changelog.append(page("erp", form("b", "2")));

            assertThat(read(EVERYTHING, new FeedQuery("changes", Set.of(), Optional.of("erp"))))
                    .containsExactly("b");
        }

        @Test
        void showsOnlyWhatTheViewSees() {
            changelog.append(page("crm", form("a", "1")));
            changelog.append(page("erp", form("b", "2")));
            changelog.append(page("crm", form("c", "3")));

            assertThat(read(new View("carol", false, Set.of("crm")), ALL)).containsExactly("a", "c");
            assertThat(read(new View("dave", false, Set.of()), ALL)).isEmpty();
        }

        @Test
        void doesNotLetAViewOfAllThereIsSeeWhatComesLater() {
            View view = new View("carol", false, Set.of("crm"));
            changelog.append(page("crm", form("a", "1")));
            assertThat(read(view, ALL)).containsExactly("a");

            changelog.append(page("erp", form("b", "2")));

            assertThat(read(view, ALL)).containsExactly("a");
        }

        @Test
        void seesWhatComesLaterInOrderAcrossManyCollections() {
            for (int i = 0; i < 60; i++) {
                changelog.append(page("crm", present("Type" + i % 20, "e" + i, "x")));
            }
            FeedQuery some = query("type3", "type5", "type7", "type19");

            assertThat(ChangelogFixture.drain(changelog, EVERYTHING, some, Optional.empty(), 3)
                            .changes())
                    .extracting(Change::entityId)
                    .containsExactly("e3", "e5", "e7", "e19", "e23", "e25", "e27", "e39", "e43", "e45", "e47", "e59");
        }

        @Test
        void tellsTheHeadOfAFeed() {
            changelog.append(page("crm", form("a", "1")));
            changelog.append(page("erp", form("b", "2")));

            assertThat(changelog.head()).isEqualTo(2);
            assertThat(changelog.head(new View("carol", false, Set.of("crm")), ALL))
                    .isEqualTo(1);
            assertThat(changelog.head(EVERYTHING, query("lead"))).isZero();
        }

        private List<String> read(View view, FeedQuery query) {
            return drain(changelog, view, query, Optional.empty(), 100).changes().stream()
                    .map(Change::entityId)
                    .toList();
        }
    }

    static FeedQuery query(String... types) {
        return new FeedQuery("changes", Set.of(types), Optional.empty());
    }

    @Test
    void goesOnWhereItStoodAfterARestart() {
        changelog.append(page("crm", "first", List.of(form("a", "1"))));
        String cursor = changelog.read(EVERYTHING, ALL, Optional.empty(), 10).cursor();
        close();

        database = testDatabase.open();
        changelog = Changelog.open(database, clock);

        assertThat(changelog.head()).isEqualTo(1);
        assertThat(changelog.head(EVERYTHING, query("form"))).isEqualTo(1);
        assertThat(changelog.checkpoint("crm", "forms")).contains("first");
        assertThat(changelog.append(page("crm", form("a", "1"), form("b", "2"))).head())
                .isEqualTo(2);
        assertThat(changelog.read(EVERYTHING, ALL, Optional.of(cursor), 10).changes())
                .extracting(Change::entityId)
                .containsExactly("b");
    }
}
