package io.syncline.changelog;

import static io.syncline.changelog.ChangelogFixture.drain;
import static io.syncline.changelog.ChangelogFixture.form;
import static io.syncline.changelog.ChangelogFixture.gone;
import static io.syncline.changelog.ChangelogFixture.page;
import static io.syncline.changelog.ChangelogFixture.present;
import static io.syncline.changelog.ChangelogFixture.texts;
import static io.syncline.changelog.ChangelogFixture.versioned;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What an append makes of what was seen. */
class AppendTest extends OnBothDatabases {

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
        assertThatThrownBy(() -> changelog.passes().adopt("crm", 6, "sync-job-1"))
                .isInstanceOf(FencedException.class);
        assertThatThrownBy(() -> changelog.resetCheckpoints("crm", 6)).isInstanceOf(FencedException.class);
        assertThat(changelog.checkpoint("crm", "forms")).contains("seven");
        assertThat(changelog.append(fenced(8, "eight")).head()).isEqualTo(1);
    }

    private static Page fenced(long fence, String checkpoint, Observed... observed) {
        return new Page("crm", "forms", fence, Optional.empty(), List.of(observed), List.of(), Optional.of(checkpoint));
    }

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

        changelog.resetCheckpoints("crm", 1);

        assertThat(changelog.checkpoint("crm", "forms")).isEmpty();
        assertThat(changelog.checkpoint("erp", "forms")).contains("first");
    }

    @Test
    void areForgottenTogetherWithTheUpstreamsVersions() {
        changelog.append(page("crm", "first", List.of(versioned("a", "newer", 7))));
        assertThat(changelog
                        .append(page("crm", "second", List.of(versioned("a", "older", 3))))
                        .stale())
                .isEqualTo(1);

        changelog.resetCheckpoints("crm", 1);

        assertThat(changelog
                        .append(page("crm", "anew", List.of(versioned("a", "older", 3))))
                        .updated())
                .isEqualTo(1);
    }
}
