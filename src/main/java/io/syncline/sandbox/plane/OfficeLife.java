package io.syncline.sandbox.plane;

import io.syncline.sandbox.upstream.ConstructionProject;
import io.syncline.sandbox.upstream.Fields;
import io.syncline.sandbox.upstream.Ledger;
import io.syncline.sandbox.upstream.Ledger.Entry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Fills the workspace with the work on the City's projects, a Plane project for each agency with enough of them, and
 * goes on working. The same seed and number of events give the same history. Thread-safe.
 */
final class OfficeLife {
    private static final int OWN_PROJECT_FROM = 60;
    private static final Instant BEGIN = Instant.parse(PlaneRecords.BEGIN);

    private final Ledger ledger;
    private final PlaneRecords records;
    private final SplittableRandom random;
    private final List<ConstructionProject> origins = ConstructionProject.readAll();
    private final Map<String, String> projectOfAgency = new HashMap<>();
    private final Map<String, Integer> sequences = new HashMap<>();
    private int begun;
    private int comments;
    private int events;

    OfficeLife(Ledger ledger, PlaneRecords records, long seed) {
        this.ledger = ledger;
        this.records = records;
        this.random = new SplittableRandom(seed);
    }

    void begin() {
        synchronized (ledger) {
            Map<String, Integer> sizes = new TreeMap<>();
            origins.forEach(origin -> sizes.merge(origin.agency(), 1, Integer::sum));
            int number = 0;
            String others = beginProject("OTHER AGENCIES", "NYC0");
            for (Map.Entry<String, Integer> size : sizes.entrySet()) {
                boolean own = size.getValue() >= OWN_PROJECT_FROM;
                projectOfAgency.put(size.getKey(), own ? beginProject(size.getKey(), "NYC" + ++number) : others);
            }
            int age = 0;
            for (ConstructionProject origin : origins) {
                for (String phase : PlaneRecords.PHASES) {
                    Fields item = newWorkItem(
                            origin, phase, BEGIN.minusSeconds(3_600L * ++age).toString());
                    if (age % 20 == 0) {
                        put("comment", records.comment(item, ++comments, item.text("created_at")));
                    }
                }
            }
            begun = ledger.count("work_item");
        }
    }

    private String beginProject(String name, String identifier) {
        Fields project = records.project(name, identifier);
        String projectId = project.text("id");
        put("project", project);
        for (int number = 0; number < PlaneRecords.states(); number++) {
            put("state", records.state(projectId, number));
        }
        for (int number = 0; number < PlaneRecords.labels(); number++) {
            put("label", records.label(projectId, number));
        }
        for (int number = 0; number < 4; number++) {
            put("cycle", records.cycle(projectId, number));
        }
        for (int number = 0; number < PlaneRecords.PHASES.size(); number++) {
            put("module", records.module(projectId, number));
        }
        return projectId;
    }

    private Fields newWorkItem(ConstructionProject origin, String phase, String at) {
        String projectId = projectOfAgency.get(origin.agency());
        int sequenceId = sequences.merge(projectId, 1, Integer::sum);
        Fields item = records.workItem(origin, projectId, phase, sequenceId, at);
        put("work_item", item);
        return item;
    }

    void next() {
        synchronized (ledger) {
            int size = ledger.count("work_item");
            int dice = random.nextInt(100);
            boolean add = dice < 10 && size < begun * 1.02;
            if (add || size < begun * 0.98) {
                newWorkItem(origins.get(random.nextInt(origins.size())), "Follow-up", now());
            } else if (dice < 20) {
                ledger.pick("work_item", random).ifPresent(this::removeWorkItem);
            } else if (dice < 28) {
                ledger.pick("work_item", random).flatMap(Entry::data).ifPresent(item -> {
                    put("comment", records.comment(item, ++comments, now()));
                    put("work_item", touched(item));
                });
            } else if (dice < 34) {
                ledger.pick("comment", random).ifPresent(comment -> {
                    ledger.delete("comment", comment.entityId());
                    comment.data().ifPresent(this::touchWorkItem);
                });
            } else if (dice < 36) {
                change("label", "color", String.format(java.util.Locale.ROOT, "#%06X", random.nextInt(1 << 24)));
            } else if (dice < 38) {
                change("module", "status", random.nextBoolean() ? "paused" : "in-progress");
            } else {
                work();
            }
        }
    }

    /** The entity as it is once somebody has changed it now. */
    Fields touched(Fields fields) {
        synchronized (ledger) {
            return fields.with("updated_at", now());
        }
    }

    /** A work item counts as changed when somebody comments on it or takes a comment back. */
    void touchWorkItem(Fields comment) {
        ledger.find("work_item", comment.text("issue"))
                .flatMap(Entry::data)
                .ifPresent(item -> put("work_item", touched(item)));
    }

    private void work() {
        switch (random.nextInt(4)) {
            case 0 ->
                change(
                        "work_item",
                        "priority",
                        PlaneRecords.PRIORITIES.get(random.nextInt(PlaneRecords.PRIORITIES.size())));
            case 1 ->
                change(
                        "work_item",
                        "target_date",
                        "2026-" + (10 + random.nextInt(3)) + "-" + (10 + random.nextInt(19)));
            case 2 -> change("work_item", "assignees", List.of(PlaneRecords.member(random.nextInt(12))));
            default ->
                ledger.pick("work_item", random)
                        .flatMap(Entry::data)
                        .ifPresent(item -> put(
                                "work_item",
                                touched(item.with(
                                        "state",
                                        PlaneRecords.stateId(
                                                item.text("project"), random.nextInt(PlaneRecords.states()))))));
        }
    }

    /** A work item that goes takes its comments along. */
    private void removeWorkItem(Entry item) {
        List<String> gone = new ArrayList<>();
        ledger.living("comment").forEach((id, comment) -> {
            if (comment.text("issue").equals(item.entityId())) {
                gone.add(id);
            }
        });
        gone.sort(null);
        gone.forEach(id -> ledger.delete("comment", id));
        ledger.delete("work_item", item.entityId());
    }

    private void change(String entityType, String field, Object value) {
        ledger.pick(entityType, random)
                .flatMap(Entry::data)
                .ifPresent(fields -> put(entityType, touched(fields.with(field, value))));
    }

    private void put(String entityType, Fields fields) {
        ledger.put(entityType, fields.text("id"), fields);
    }

    /** The time here: a second for each thing that happens, so that no two happen at one time. */
    private String now() {
        return BEGIN.plusSeconds(++events).toString();
    }
}
