package io.syncline.changelog;

import static io.syncline.changelog.ChangelogFixture.ALL;
import static io.syncline.changelog.ChangelogFixture.gone;
import static io.syncline.changelog.ChangelogFixture.page;
import static io.syncline.changelog.ChangelogFixture.snapshot;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a reader is told who sees some scopes, of few to more than one statement can merge, and whose view stays what it is. */
class NarrowFeedTest extends OnBothDatabases {

    private static View.Part part(String type, String scope) {
        return new View.Part("crm", Set.of(type), Optional.of(scope), 0, View.STILL);
    }

    /** Scopes of forms, another of points, and whatever is a note. */
    private static View view(int scopes) {
        List<View.Part> parts = new ArrayList<>();
        for (int scope = 0; scope < scopes; scope++) {
            parts.add(part("Form", "s" + scope));
        }
        if (scopes > 1) {
            parts.add(part("Point", "t"));
            parts.add(new View.Part("crm", Set.of("Note"), Optional.empty(), 0, View.STILL));
        }
        return new View("ann", parts);
    }

    private void change(String type, String id, String scope, String state) {
        changelog.append(page(
                "crm",
                new Observed.Present(
                        type,
                        id,
                        snapshot("{\"state\":\"" + state + "\"}"),
                        Optional.of(scope).filter(text -> !text.isEmpty()),
                        OptionalLong.empty(),
                        false,
                        Optional.empty())));
    }

    private List<String> texts(View view, String cursor, int limit) {
        List<String> texts = new ArrayList<>();
        Optional<String> next = Optional.of(cursor);
        boolean more = true;
        while (more) {
            FeedPage page = changelog.read(view, ALL, next, limit);
            assertThat(page.changes()).hasSizeLessThanOrEqualTo(limit);
            ChangelogFixture.texts(page.changes()).forEach(texts::add);
            next = Optional.of(page.cursor());
            more = page.hasMore();
        }
        assertThat(changelog.read(view, ALL, next, limit).changes()).isEmpty();
        return texts;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 90, 250})
    void tellsWhatComesIntoSightStaysAndGoes(int scopes) {
        View view = view(scopes);
        change("Form", "first", "s0", "1");
        change("Point", "point", "t", "1");
        change("Note", "note", "", "1");
        String cursor = changelog.read(view, ALL, Optional.empty(), 10).cursor();

        change("Form", "first", "s0", "2");
        change("Point", "in another's", "s0", "1");
        change("Form", "comes", "elsewhere", "1");
        change("Form", "comes", "s0", "2");
        change("Form", "first", "elsewhere", "3");
        change("Form", "first", "nowhere", "4");
        change("Form", "stays", "s0", "1");
        change("Form", "stays", "s" + (scopes - 1), "2");
        change("Point", "point", "s0", "2");
        change("Note", "note", "", "2");
        changelog.append(page("crm", gone("Form", "comes")));
        changelog.append(page("crm", gone("Form", "first")));

        List<String> expected = new ArrayList<>(List.of(
                "4 updated crm/Form/first {\"state\":\"2\"}",
                "7 created crm/Form/comes {\"state\":\"2\"}",
                "8 deleted crm/Form/first",
                "10 created crm/Form/stays {\"state\":\"1\"}",
                "11 updated crm/Form/stays {\"state\":\"2\"}"));
        if (scopes > 1) {
            expected.add("12 deleted crm/Point/point");
            expected.add("13 updated crm/Note/note {\"state\":\"2\"}");
        }
        expected.add("14 deleted crm/Form/comes");
        for (int limit : new int[] {1, 2, 3, 100}) {
            assertThat(texts(view, cursor, limit)).as("in pages of %d", limit).isEqualTo(expected);
        }
        restart();
        assertThat(texts(view, cursor, 3)).isEqualTo(expected);
    }
}
