package io.syncline.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.syncline.changelog.Observed;
import io.syncline.changelog.Page;
import io.syncline.changelog.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;

/** Makes pages of forms of about 400 bytes with random ids, the same ones for the same seed. */
final class Records {

    static final String INTEGRATION = "bench";
    static final String ENTITY_TYPE = "Form";

    private static final String[] STATUSES = {"Todo", "InProgress", "Done", "WaitingForFinalisation"};

    private final Random random;
    private int made;

    Records(long seed) {
        random = new Random(seed);
    }

    /** Pages of new entities. */
    List<Page> pages(int pages, int recordsOnPage) {
        List<Page> made = new ArrayList<>();
        for (int page = 0; page < pages; page++) {
            List<Observed> observed = new ArrayList<>();
            for (int record = 0; record < recordsOnPage; record++) {
                observed.add(form());
            }
            made.add(new Page(
                    INTEGRATION, "forms", 0, Optional.empty(), observed, List.of(), Optional.of("after-" + this.made)));
        }
        return made;
    }

    private Observed form() {
        String id = uuid();
        String project = uuid();
        int number = ++made;
        ObjectNode form = JsonNodeFactory.instance.objectNode();
        form.put("id", id);
        form.put("subject", "Check the reinforcement of storey " + number % 40 + " before casting, part " + number);
        form.put("code", "FRM-" + number);
        form.put("codeNum", Integer.toString(number));
        form.put("date", "2026-03-01T12:00:00Z");
        form.put("type", "Quality");
        form.put("status", STATUSES[number % STATUSES.length]);
        form.put("isConform", number % 3 == 0);
        form.put("isArchived", false);
        form.put("isUrgent", number % 7 == 0);
        form.put("projectId", project);
        form.put("listId", uuid());
        return new Observed.Present(
                ENTITY_TYPE,
                id,
                Snapshot.of(form),
                Optional.of(project),
                OptionalLong.empty(),
                false,
                Optional.empty());
    }

    private String uuid() {
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }
}
