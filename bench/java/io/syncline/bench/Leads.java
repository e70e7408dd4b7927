package io.syncline.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.syncline.changelog.Changelog;
import io.syncline.changelog.Observed;
import io.syncline.changelog.Page;
import io.syncline.changelog.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Leads as Sell has them, of about 300 bytes each. */
final class Leads {

    private static final int PAGE = 500;

    private Leads() {}

    /** Appends the leads with these ids, in the state of a round; another round changes them all. */
    static void append(Changelog changelog, long from, long to, long round) {
        for (long first = from; first <= to; first += PAGE) {
            List<Observed> leads = new ArrayList<>();
            for (long id = first; id < Math.min(first + PAGE, to + 1); id++) {
                leads.add(lead(id, round));
            }
            changelog.append(new Page("crm", "main", 0, Optional.empty(), leads, List.of(), Optional.empty()));
        }
    }

    private static Observed lead(long id, long round) {
        ObjectNode lead = JsonNodeFactory.instance
                .objectNode()
                .put("id", id)
                .put("first_name", "Ada")
                .put("last_name", "Lead " + id)
                .put("organization_name", "Company " + id % 1_000)
                .put("status", round % 2 == 0 ? "New" : "Working")
                .put("email", "lead" + id + "@example.com")
                .put("description", "Round " + round)
                .put("owner_id", id % 12)
                .put("source_id", id % 6)
                .put("created_at", "2014-08-27T16:32:56Z")
                .put("updated_at", "2014-08-27T16:32:56Z");
        lead.putArray("tags").add("newsletter");
        lead.putObject("custom_fields").put("Size", "12");
        return new Observed.Present(
                "lead",
                Long.toString(id),
                Snapshot.of(lead),
                Optional.empty(),
                OptionalLong.empty(),
                false,
                Optional.empty());
    }
}
