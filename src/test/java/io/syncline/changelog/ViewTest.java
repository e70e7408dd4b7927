package io.syncline.changelog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What a view was able to see over a while. */
class ViewTest {

    private static final int MOMENTS = 12;

    private final EntityCollection forms = new EntityCollection(1, "crm", "Form");

    /** Whose bounds meet often, and which cover the collection or do not. */
    private static View.Part part(Random random) {
        long from = random.nextInt(MOMENTS);
        long to = random.nextInt(3) == 0 ? View.STILL : from + random.nextInt(MOMENTS);
        return new View.Part(
                random.nextInt(4) == 0 ? "erp" : "crm",
                random.nextInt(4) == 0 ? Set.of("Point") : Set.of(),
                random.nextInt(4) == 0 ? Optional.empty() : Optional.of("scope " + random.nextInt(3)),
                from,
                to);
    }

    @Test
    void seesThroughoutWhatItSeesAtEveryMoment() {
        Random random = new Random(20);
        for (int round = 0; round < 5_000; round++) {
            List<View.Part> parts = new ArrayList<>();
            for (int count = random.nextInt(8); count > 0; count--) {
                parts.add(part(random));
            }
            View view = new View("ann", parts);
            long from = random.nextInt(MOMENTS);
            long to = random.nextInt(2 * MOMENTS);

            Scopes atEveryMoment = LongStream.rangeClosed(from, Math.max(from, to))
                    .mapToObj(moment -> view.scopes(forms, moment))
                    .reduce(Scopes.ALL, Scopes::and);

            assertThat(view.throughout(forms, from, to))
                    .as("from %s to %s of %s", from, to, parts)
                    .isEqualTo(atEveryMoment);
        }
    }
}
