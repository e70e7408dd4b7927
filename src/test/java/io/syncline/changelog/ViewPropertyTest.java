package io.syncline.changelog;

import io.syncline.storage.Database;
import io.syncline.storage.SharedDatabase;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/**
 * Whoever applies a feed blindly holds just what it may see whenever the feed says that there is no more, whatever was changed, moved,
 * granted and revoked in between, and wherever its cursor stood; that is so after every step of a history. One that fails is a list of
 * numbers, each of which is a step, and can be shortened; its seed is printed.
 */
@PropertyDefaults(shrinking = ShrinkingMode.BOUNDED)
class ViewPropertyTest {

    @Property(tries = 2_000)
    void holdsWhatItMaySeeOnSqlite(@ForAll @Size(min = 5, max = 30) List<@IntRange(max = 1_000_000) Integer> history) {
        run(Database.Dialect.SQLITE, history);
    }

    @Property(tries = 120)
    void holdsWhatItMaySeeOnPostgresql(
            @ForAll @Size(min = 5, max = 30) List<@IntRange(max = 1_000_000) Integer> history) {
        run(Database.Dialect.POSTGRESQL, history);
    }

    private static void run(Database.Dialect dialect, List<Integer> history) {
        // On PostgreSQL another changelog would have to be told of every append first.
        boolean bystander = dialect == Database.Dialect.SQLITE && history.get(0) % 2 == 1;
        try (ViewHistory run = new ViewHistory(SharedDatabase.empty(dialect), bystander)) {
            history.forEach(run::step);
            run.finish();
        }
    }
}
