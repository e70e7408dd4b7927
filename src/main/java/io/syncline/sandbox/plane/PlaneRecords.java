package io.syncline.sandbox.plane;

import io.syncline.sandbox.upstream.ConstructionProject;
import io.syncline.sandbox.upstream.FieldTypes;
import io.syncline.sandbox.upstream.Fields;
import io.syncline.sandbox.upstream.StableNames;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Derives records, the same on every machine and at every start. Immutable. */
final class PlaneRecords {
    static final List<String> PRIORITIES = List.of("urgent", "high", "medium", "low", "none");
    static final List<String> PHASES = List.of("Design", "Permits", "Construction");
    static final String BEGIN = "2026-01-05T08:00:00Z";

    private static final LocalDate FISCAL_YEAR = LocalDate.of(2020, 7, 1);
    private static final List<String> STATES = List.of("Backlog", "Todo", "In Progress", "Done", "Cancelled");
    private static final List<String> GROUPS = List.of("backlog", "unstarted", "started", "completed", "cancelled");
    private static final List<String> COLORS = List.of("#60646C", "#8F8F8F", "#F59E0B", "#46A758", "#9AA4BC");
    private static final List<String> LABELS = List.of("delayed", "over budget", "inspection", "community", "safety");
    private static final List<String> MODULE_STATUSES = List.of("planned", "in-progress", "completed");
    private static final List<String> COMMENTS = List.of(
            "The contractor asks for two more weeks.",
            "Drawings are approved.",
            "Waiting for the permit office.",
            "Site visit done, nothing to add.");

    private final FieldTypes types;

    PlaneRecords(FieldTypes types) {
        this.types = types;
    }

    static String id(String name) {
        return StableNames.uuid("plane/" + name);
    }

    static String member(int number) {
        return id("member/" + number);
    }

    Fields project(String name, String identifier) {
        Map<String, Object> fields = new HashMap<>();
        fields.put("name", name);
        fields.put("identifier", identifier);
        fields.put("description", "Capital projects of " + name);
        fields.put("network", 2);
        fields.put("timezone", "America/New_York");
        fields.put("is_member", true);
        fields.put("total_members", 12);
        return record("project", id("project/" + identifier), fields, BEGIN);
    }

    Fields state(String projectId, int number) {
        Map<String, Object> fields = new HashMap<>();
        fields.put("name", STATES.get(number));
        fields.put("description", "");
        fields.put("color", COLORS.get(number));
        fields.put("slug", STATES.get(number).toLowerCase(java.util.Locale.ROOT).replace(' ', '-'));
        fields.put("sequence", 15_000 * (number + 1));
        fields.put("group", GROUPS.get(number));
        fields.put("default", number == 0);
        fields.put("project", projectId);
        return record("state", stateId(projectId, number), fields, BEGIN);
    }

    static int states() {
        return STATES.size();
    }

    static String stateId(String projectId, int number) {
        return id("state/" + projectId + "/" + number);
    }

    Fields label(String projectId, int number) {
        Map<String, Object> fields = new HashMap<>();
        fields.put("name", LABELS.get(number % LABELS.size()) + (number < LABELS.size() ? "" : " " + number));
        fields.put("description", "");
        fields.put("color", COLORS.get(number % COLORS.size()));
        fields.put("sort_order", 65_535 + 1_000 * number);
        fields.put("project", projectId);
        return record("label", labelId(projectId, number), fields, BEGIN);
    }

    static int labels() {
        return LABELS.size();
    }

    private static String labelId(String projectId, int number) {
        return id("label/" + projectId + "/" + number);
    }

    Fields cycle(String projectId, int number) {
        LocalDate start = LocalDate.parse("2026-01-05").plusWeeks(2L * number);
        Map<String, Object> fields = new HashMap<>();
        fields.put("name", "Sprint " + (number + 1));
        fields.put("description", "");
        fields.put("start_date", start.toString());
        fields.put("end_date", start.plusDays(13).toString());
        fields.put("owned_by", member(number));
        fields.put("project", projectId);
        return record("cycle", id("cycle/" + projectId + "/" + number), fields, BEGIN);
    }

    Fields module(String projectId, int number) {
        Map<String, Object> fields = new HashMap<>();
        fields.put("name", PHASES.get(number));
        fields.put("description", "");
        fields.put("status", MODULE_STATUSES.get(number));
        fields.put("lead", number == 0 ? null : member(number));
        fields.put("project", projectId);
        return record("module", id("module/" + projectId + "/" + number), fields, BEGIN);
    }

    Fields workItem(ConstructionProject of, String projectId, String phase, int sequenceId, String at) {
        String id = id("work-item/" + of.code() + "/" + phase + "/" + sequenceId);
        SplittableRandom random = new SplittableRandom(StableNames.bits(id));
        LocalDate start = FISCAL_YEAR.plusDays(random.nextInt(700));
        int state = random.nextInt(STATES.size());
        Map<String, Object> fields = new HashMap<>();
        fields.put("name", phase + ": " + of.name());
        fields.put("description_html", of.scope().isEmpty() ? "<p></p>" : "<p>" + escaped(of.scope()) + "</p>");
        fields.put(
                "priority",
                of.delay().isEmpty() ? PRIORITIES.get(2 + random.nextInt(3)) : PRIORITIES.get(random.nextInt(2)));
        fields.put("sequence_id", sequenceId);
        fields.put("sort_order", 65_535.0 + 10_000 * sequenceId);
        fields.put("start_date", random.nextInt(4) == 0 ? null : start.toString());
        fields.put(
                "target_date",
                random.nextInt(3) == 0
                        ? null
                        : start.plusDays(random.nextInt(30, 400)).toString());
        fields.put("completed_at", GROUPS.get(state).equals("completed") ? at : null);
        fields.put("is_draft", false);
        fields.put("external_source", "capital-projects");
        fields.put("external_id", of.code());
        fields.put("state", stateId(projectId, state));
        fields.put("assignees", random.nextInt(3) == 0 ? List.of() : List.of(member(random.nextInt(12))));
        fields.put("labels", of.delay().isEmpty() ? List.of() : List.of(labelId(projectId, 0)));
        fields.put("project", projectId);
        return record("work_item", id, fields, at);
    }

    Fields comment(Fields workItem, int number, String at) {
        SplittableRandom random = new SplittableRandom(StableNames.bits("comment/" + number));
        String text = COMMENTS.get(random.nextInt(COMMENTS.size()));
        Map<String, Object> fields = new HashMap<>();
        fields.put("comment_html", "<p>" + text + "</p>");
        fields.put("comment_stripped", text);
        fields.put("access", "INTERNAL");
        fields.put("issue", workItem.text("id"));
        fields.put("actor", member(random.nextInt(12)));
        fields.put("project", workItem.text("project"));
        return record("comment", id("comment/" + number), fields, at);
    }

    private Fields record(String entityType, String id, Map<String, Object> fields, String at) {
        fields.put("id", id);
        fields.put("workspace", id("workspace"));
        fields.put("created_by", member(0));
        fields.put("updated_by", member(0));
        fields.put("created_at", at);
        fields.put("updated_at", at);
        return Fields.of(types.shape(entityType), fields);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
