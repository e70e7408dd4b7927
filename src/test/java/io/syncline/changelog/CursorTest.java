package io.syncline.changelog;

import static io.syncline.changelog.ChangelogFixture.ALL;
import static io.syncline.changelog.ChangelogFixture.EVERYTHING;
import static io.syncline.changelog.ChangelogFixture.form;
import static io.syncline.changelog.ChangelogFixture.page;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.changelog.CursorException.Reason;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Only a cursor that was given out, for this feed and this principal, is read from. */
class CursorTest extends OnBothDatabases {

    private String cursor() {
        changelog.append(page("crm", form("a", "1")));
        return changelog.read(EVERYTHING, ALL, Optional.empty(), 10).cursor();
    }

    private void assertInvalid(View view, FeedQuery query, String cursor) {
        assertThatThrownBy(() -> changelog.read(view, query, Optional.of(cursor), 10))
                .as(cursor)
                .isInstanceOfSatisfying(
                        CursorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID));
    }

    @Test
    void refusesEveryForgery() {
        String good = cursor();
        for (int i = 0; i < good.length(); i++) {
            char other = good.charAt(i) == 'A' ? 'B' : 'A';
            assertInvalid(EVERYTHING, ALL, good.substring(0, i) + other + good.substring(i + 1));
            assertInvalid(EVERYTHING, ALL, good.substring(0, i));
        }
        assertInvalid(EVERYTHING, ALL, good + "A");
        assertInvalid(EVERYTHING, ALL, good + "=");
    }

    @Test
    void refusesWhateverText() {
        String good = cursor();
        for (String text :
                List.of("", " ", "null", "0", "\u0000", "\uD800", "é".repeat(good.length()), "A".repeat(1_000_000))) {
            assertInvalid(EVERYTHING, ALL, text);
        }
        Random random = new Random(3);
        for (int i = 0; i < 500; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = 0; j < good.length(); j++) {
                text.append((char) random.nextInt(i % 2 == 0 ? 128 : 65_536));
            }
            assertInvalid(EVERYTHING, ALL, text.toString());
        }
    }

    @Test
    void refusesTheCursorOfAnotherPrincipalFeedOrQuery() {
        String good = cursor();

        assertInvalid(new View("somebody else", true, Set.of()), ALL, good);
        assertInvalid(EVERYTHING, new FeedQuery("other", Set.of(), Optional.empty()), good);
        assertInvalid(EVERYTHING, new FeedQuery(ALL.name(), Set.of("Form"), Optional.empty()), good);
        assertInvalid(EVERYTHING, new FeedQuery(ALL.name(), Set.of(), Optional.of("crm")), good);
    }

    @Test
    void answersExpiredBeyondTheHead() {
        String ahead = cursor();
        database.jdbi().useHandle(handle -> {
            handle.execute("DELETE FROM change");
            handle.execute("DELETE FROM entity");
            handle.execute("UPDATE changelog SET head = 0");
        });
        restart();

        assertThatThrownBy(() -> changelog.read(EVERYTHING, ALL, Optional.of(ahead), 10))
                .isInstanceOfSatisfying(
                        CursorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.EXPIRED));
    }
}
