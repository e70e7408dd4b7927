package io.syncline.changelog;

import static io.syncline.changelog.ChangelogFixture.gone;
import static io.syncline.changelog.ChangelogFixture.page;
import static io.syncline.changelog.ChangelogFixture.present;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What lives in an integration, page by page. */
final class LivingTest extends OnBothDatabases {

    @Test
    void tellsEveryLivingEntityOnceAndNoOther() {
        changelog.append(page(
                "crm",
                present("Form", "a", "one"),
                present("Form", "b", "two"),
                present("Form", "c", "three"),
                present("Point", "a", "four")));
        changelog.append(page("crm", gone("Form", "b")));
        changelog.append(page("erp", present("Form", "z", "elsewhere")));

        List<EntityKey> all = new ArrayList<>();
        List<EntityKey> page = changelog.living("crm", Optional.empty(), 2);
        while (!page.isEmpty()) {
            all.addAll(page);
            page = changelog.living("crm", Optional.of(page.get(page.size() - 1)), 2);
        }

        assertThat(all)
                .containsExactly(new EntityKey("Form", "a"), new EntityKey("Form", "c"), new EntityKey("Point", "a"));
    }
}
