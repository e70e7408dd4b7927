package io.syncline.changelog;

import static io.syncline.changelog.ChangelogFixture.ALL;
import static io.syncline.changelog.ChangelogFixture.EVERYTHING;
import static io.syncline.changelog.ChangelogFixture.drain;
import static io.syncline.changelog.ChangelogFixture.form;
import static io.syncline.changelog.ChangelogFixture.page;
import static io.syncline.changelog.ChangelogFixture.present;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a reader of a feed gets. */
class ReadTest extends OnBothDatabases {

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
        String cursor = changelog.read(EVERYTHING, ALL, Optional.empty(), 10).cursor();

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
        assertThat(changelog.head(new View("carol", false, Set.of("crm")), ALL)).isEqualTo(1);
        assertThat(changelog.head(EVERYTHING, query("lead"))).isZero();
    }

    private List<String> read(View view, FeedQuery query) {
        return drain(changelog, view, query, Optional.empty(), 100).changes().stream()
                .map(Change::entityId)
                .toList();
    }

    static FeedQuery query(String... types) {
        return new FeedQuery("changes", Set.of(types), Optional.empty());
    }

    @Test
    void goesOnWhereItStoodAfterARestart() {
        changelog.append(page("crm", "first", List.of(form("a", "1"))));
        String cursor = changelog.read(EVERYTHING, ALL, Optional.empty(), 10).cursor();

        restart();

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
