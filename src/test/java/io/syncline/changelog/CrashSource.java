package io.syncline.changelog;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A source whose every page is known beforehand: the same number always gives the same page. */
final class CrashSource {

    static final String INTEGRATION = "crash";
    static final String STREAM = "forms";
    static final String JOB = "job";

    private static final int RECORDS = 100;
    private static final int ENTITIES = 400;

    private CrashSource() {}

    /** Pages of creations, updates, deletes, repetitions and things seen twice, each with the number of the next as checkpoint. */
    static Page page(int number) {
        Random random = new Random(number);
        List<Observed> observed = new ArrayList<>();
        for (int i = 0; i < RECORDS; i++) {
            String type = random.nextInt(4) == 0 ? "Point" : "Form";
            // New ones on every page, which later pages come back to.
            String id = random.nextInt(3) == 0
                    ? "p" + (number - random.nextInt(20)) + "-" + random.nextInt(RECORDS)
                    : "e" + random.nextInt(ENTITIES);
            observed.add(
                    random.nextInt(5) == 0
                            ? ChangelogFixture.gone(type, id)
                            : ChangelogFixture.present(type, id, "state " + random.nextInt(3) + " ".repeat(200)));
        }
        return new Page(
                INTEGRATION,
                STREAM,
                1,
                Optional.of(JOB),
                observed,
                List.of(),
                Optional.of(Integer.toString(number + 1)));
    }
}
