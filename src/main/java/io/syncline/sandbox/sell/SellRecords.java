package io.syncline.sandbox.sell;

import io.syncline.sandbox.upstream.FieldTypes;
import io.syncline.sandbox.upstream.Fields;
import io.syncline.sandbox.upstream.People;
import io.syncline.sandbox.upstream.StableNames;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/** Derives records, the same on every machine and at every start. Immutable. */
final class SellRecords {
    static final List<String> STAGES = List.of("Incoming", "Qualified", "Quote", "Closure", "Won", "Lost");
    static final int PIPELINES = 2;
    static final int USERS = 12;
    static final int SOURCES = 6;
    static final int REASONS = 5;

    private static final List<String> SOURCE_NAMES =
            List.of("Website", "Referral", "Trade fair", "Cold call", "Newsletter", "Partner");
    private static final List<String> REASON_NAMES = List.of("Price", "Timing", "Competitor", "No budget", "No need");
    private static final List<String> TITLES =
            List.of("Head of purchasing", "Chief engineer", "Controller", "Facility manager", "Board member");
    private static final List<String> TASKS =
            List.of("Call back", "Send the offer", "Prepare the meeting", "Check references", "Renew the contract");
    private static final List<String> NOTES = List.of(
            "Spoke with the assistant, wants a quote before the end of the month.",
            "Not interested in the smaller plan.\nTry again in autumn.",
            "Met at the fair; asked for references from the same sector.",
            "Decision is with the board now.",
            "Prefers e-mail. \"No calls, please.\"");
    private static final String FOUNDED = "2012-12-01T08:00:00Z";

    private final FieldTypes types;
    private final People people = People.read();

    SellRecords(FieldTypes types) {
        this.types = types;
    }

    /** The organization of a company after a change. */
    Fields contact(long id, CompanyChange change, String createdAt) {
        String[] seat = change.text("headquarters").split(",\\s*", 2);
        Map<String, Object> address = new LinkedHashMap<>();
        if (!seat[0].isEmpty()) {
            address.put("city", seat[0]);
            address.put(seat.length > 1 && seat[1].contains(",") ? "country" : "state", seat.length > 1 ? seat[1] : "");
        }
        Map<String, Object> custom = new LinkedHashMap<>();
        custom.put("Symbol", change.symbol());
        putText(custom, "CIK", change.text("cik"));
        putText(custom, "Founded", change.text("founded"));
        putText(custom, "Member since", change.text("dateAdded"));
        Map<String, Object> fields = new HashMap<>();
        fields.put("id", id);
        fields.put("is_organization", true);
        fields.put("name", change.text("name").isEmpty() ? change.symbol() : change.text("name"));
        putText(fields, "industry", change.text("sector"));
        putText(fields, "description", change.text("subIndustry"));
        fields.put("customer_status", id % 3 == 0 ? "current" : "none");
        fields.put("prospect_status", id % 3 == 1 ? "current" : "none");
        fields.put("address", address.isEmpty() ? null : address);
        fields.put("tags", change.text("sector").isEmpty() ? List.of() : List.of(change.text("sector")));
        fields.put("custom_fields", custom);
        fields.put("owner_id", user(id));
        fields.put("creator_id", user(id / 7));
        return stamped("contact", fields, createdAt, change.at());
    }

    Fields lead(long id, CompanyChange of) {
        SplittableRandom random = random("lead", id);
        String first = people.firstName(random);
        String last = people.lastName(random);
        Map<String, Object> fields = new HashMap<>();
        fields.put("id", id);
        fields.put("first_name", first);
        fields.put("last_name", last);
        fields.put("organization_name", of.text("name").isEmpty() ? of.symbol() : of.text("name"));
        fields.put("title", any(TITLES, random));
        fields.put("status", any(List.of("New", "Working", "Unqualified"), random));
        fields.put("email", mail(first, last, of.symbol()));
        fields.put("phone", "+1 212-555-0" + random.nextInt(100, 200));
        putText(fields, "industry", of.text("sector"));
        fields.put("source_id", 1 + random.nextLong(SOURCES));
        fields.put("tags", random.nextInt(3) == 0 ? List.of("newsletter") : List.of());
        fields.put("custom_fields", Map.of());
        fields.put("owner_id", user(id));
        fields.put("creator_id", user(id / 3));
        return stamped("lead", fields, of.at(), of.at());
    }

    Fields deal(long id, long contactId, String name, String at) {
        SplittableRandom random = random("deal", id);
        Map<String, Object> fields = new HashMap<>();
        fields.put("id", id);
        fields.put("name", name);
        fields.put("contact_id", contactId);
        fields.put("organization_id", contactId);
        fields.put("value", random.nextInt(1, 900) * 100 + "." + (random.nextBoolean() ? "00" : "50"));
        fields.put("currency", "USD");
        fields.put("stage_id", 1 + random.nextLong((long) PIPELINES * STAGES.size()));
        fields.put("source_id", 1 + random.nextLong(SOURCES));
        fields.put("hot", random.nextInt(8) == 0);
        fields.put("tags", List.of());
        fields.put("custom_fields", Map.of("Probation", random.nextBoolean()));
        fields.put("owner_id", user(id));
        fields.put("creator_id", user(id / 2));
        fields.put("last_stage_change_at", at);
        fields.put("added_at", at);
        return stamped("deal", fields, at, at);
    }

    Fields note(long id, String resourceType, long resourceId, String at) {
        SplittableRandom random = random("note", id);
        Map<String, Object> fields = new HashMap<>();
        fields.put("id", id);
        fields.put("resource_type", resourceType);
        fields.put("resource_id", resourceId);
        fields.put("content", any(NOTES, random));
        fields.put("is_important", random.nextInt(9) == 0);
        fields.put("tags", List.of());
        fields.put("type", "regular");
        fields.put("creator_id", user(id));
        return stamped("note", fields, at, at);
    }

    Fields task(long id, String resourceType, long resourceId, String at) {
        SplittableRandom random = random("task", id);
        Map<String, Object> fields = new HashMap<>();
        fields.put("id", id);
        fields.put("resource_type", resourceType);
        fields.put("resource_id", resourceId);
        fields.put("content", any(TASKS, random));
        fields.put("completed", false);
        fields.put("overdue", false);
        fields.put("owner_id", user(id));
        fields.put("creator_id", user(id / 5));
        fields.put("due_date", at);
        return stamped("task", fields, at, at);
    }

    Fields user(int number) {
        SplittableRandom random = random("user", number);
        String first = people.firstName(random);
        String last = people.lastName(random);
        Map<String, Object> fields = new HashMap<>();
        fields.put("id", (long) number);
        fields.put("name", first + " " + last);
        fields.put("email", mail(first, last, "sales"));
        fields.put("status", "active");
        fields.put("confirmed", true);
        fields.put("invited", true);
        fields.put("role", number == 1 ? "admin" : "user");
        fields.put("timezone", "America/New_York");
        return stamped("user", fields, FOUNDED, FOUNDED);
    }

    Fields pipeline(int number) {
        String name = number == 1 ? "Sales pipeline" : "Renewals";
        return named("pipeline", number, name, Map.of("disabled", false));
    }

    Fields stage(int number) {
        int position = (number - 1) % STAGES.size();
        String category = position < 4
                ? List.of("incoming", "in_progress", "in_progress", "in_progress")
                        .get(position)
                : position == 4 ? "won" : "lost";
        long likelihood = position == 5 ? 0 : 20L * (position + 1);
        Map<String, Object> fields = Map.of(
                "category",
                category,
                "position",
                (long) position + 1,
                "likelihood",
                likelihood,
                "active",
                position < 4,
                "pipeline_id",
                1L + (number - 1) / STAGES.size());
        return named("stage", number, STAGES.get(position), fields);
    }

    Fields source(String entityType, int number) {
        String resource = entityType.equals("lead_source") ? "lead" : "deal";
        return named(
                entityType, number, SOURCE_NAMES.get(number - 1), Map.of("resource_type", resource, "creator_id", 1L));
    }

    Fields lossReason(int number) {
        return named("loss_reason", number, REASON_NAMES.get(number - 1), Map.of("creator_id", 1L));
    }

    Fields tag(int number, String name) {
        return named("tag", number, name, Map.of("resource_type", "contact", "creator_id", 1L));
    }

    private Fields named(String entityType, int number, String name, Map<String, Object> more) {
        Map<String, Object> fields = new HashMap<>(more);
        fields.put("id", (long) number);
        fields.put("name", name);
        return stamped(entityType, fields, FOUNDED, FOUNDED);
    }

    private Fields stamped(String entityType, Map<String, Object> fields, String createdAt, String updatedAt) {
        fields.put("created_at", createdAt);
        fields.put("updated_at", updatedAt);
        return Fields.of(types.shape(entityType), fields);
    }

    private static long user(long number) {
        return 1 + Math.floorMod(number, (long) USERS);
    }

    private static String mail(String first, String last, String house) {
        String name =
                (first + "." + last + "@" + house).toLowerCase(Locale.ROOT).replaceAll("[^a-z.@]", "");
        return name + ".example.com";
    }

    private static void putText(Map<String, Object> fields, String name, String text) {
        if (!text.isEmpty()) {
            fields.put(name, text);
        }
    }

    private static <T> T any(List<T> among, SplittableRandom random) {
        return among.get(random.nextInt(among.size()));
    }

    private static SplittableRandom random(String kind, long id) {
        return new SplittableRandom(StableNames.bits("sell/" + kind + "/" + id));
    }
}
