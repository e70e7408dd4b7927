package io.syncline.sandbox.letsbuild;

import io.syncline.sandbox.upstream.ConstructionProject;
import io.syncline.sandbox.upstream.Fields;
import io.syncline.sandbox.upstream.Ledger;
import io.syncline.sandbox.upstream.Ledger.Entry;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * What happens on the sites: fills the ledger with what is there at the start, then goes on event by event. The same
 * seed and the same number of events give the same history. Thread-safe.
 */
final class SiteLife {
    private static final List<String> LINKED_TYPES = List.of(Catalog.CONTACT_DETAILS, Catalog.FORM, Catalog.POINT);
    private static final Instant MORNING = Instant.parse("2026-01-05T08:00:00Z");
    private static final double SWAY = 0.02;

    private final Ledger ledger;
    private final Derivation derivation;
    private final SiteWork work;
    private final SplittableRandom random;
    private final Map<String, ConstructionProject> origins = new HashMap<>();
    private final Deque<Partial> partials = new ArrayDeque<>();
    private int begun;
    private int events;

    /** An entity that was sent before the entities it belongs to were known. */
    private record Partial(String entityType, String entityId, String projectId, String listId) {}

    SiteLife(Ledger ledger, Derivation derivation, long seed) {
        this.ledger = ledger;
        this.derivation = derivation;
        this.work = new SiteWork(derivation);
        this.random = new SplittableRandom(seed);
    }

    /** Fills the ledger. Of the entities that arrive without their project, most are mended in the same history. */
    void begin(List<ConstructionProject> projects) {
        SplittableRandom extent = new SplittableRandom(2_021);
        synchronized (ledger) {
            for (ConstructionProject project : projects) {
                beginProject(project, extent);
                while (partials.size() > 40) {
                    repair();
                }
            }
            begun = size();
        }
    }

    private void beginProject(ConstructionProject project, SplittableRandom extent) {
        String projectId = Derivation.projectId(project);
        origins.put(projectId, project);
        ledger.put(Catalog.PROJECT, projectId, derivation.project(project));
        Map<String, Integer> children = Map.of(
                Catalog.CONTACT_DETAILS, extent.nextInt(2, 4),
                Catalog.FORM, extent.nextInt(2, 4),
                Catalog.POINT, extent.nextInt(4, 9));
        for (String entityType : LINKED_TYPES) {
            for (int ordinal = 0; ordinal < children.get(entityType); ordinal++) {
                arrive(entityType, child(entityType, projectId, ordinal), extent.nextInt(100) < 2);
            }
        }
    }

    /** One event: mostly one change, or a few that belong together. */
    void next() {
        synchronized (ledger) {
            events++;
            int dice = random.nextInt(100);
            double growth = (double) size() / begun - 1;
            boolean shrink = growth > SWAY;
            boolean grow = growth < -SWAY;
            if (dice < 14) {
                addOrRemove(!shrink);
            } else if (dice < 26) {
                addOrRemove(grow);
            } else if (dice < 32 && !partials.isEmpty()) {
                repair();
            } else if (dice < 36) {
                move();
            } else if (dice < 41) {
                archive();
            } else {
                update();
            }
        }
    }

    private void addOrRemove(boolean add) {
        if (random.nextInt(100) < 2) {
            if (add) {
                addProject();
            } else {
                removeProject();
            }
        } else if (add) {
            addChild();
        } else {
            String entityType = linkedType();
            ledger.pick(entityType, random).ifPresent(entry -> ledger.delete(entityType, entry.entityId()));
        }
    }

    /** A further phase of a project of the public record. */
    private void addProject() {
        Optional<Entry> former = ledger.pick(Catalog.PROJECT, random);
        if (former.isEmpty()) {
            return;
        }
        ConstructionProject origin = origin(former.get().entityId());
        ConstructionProject phase = new ConstructionProject(
                origin.code() + "-" + events,
                origin.name() + " - NEXT PHASE",
                origin.agency(),
                origin.borough(),
                origin.scope(),
                "",
                origin.budgetThousandsUsd());
        String projectId = Derivation.projectId(phase);
        origins.put(projectId, phase);
        ledger.put(Catalog.PROJECT, projectId, derivation.project(phase).with("entityCreationDate", now()));
    }

    /** A project that goes takes everything on it along. */
    private void removeProject() {
        ledger.pick(Catalog.PROJECT, random).ifPresent(project -> {
            for (String entityType : LINKED_TYPES) {
                List<String> gone = new ArrayList<>();
                ledger.living(entityType).forEach((id, fields) -> {
                    if (fields.text("projectId").equals(project.entityId())) {
                        gone.add(id);
                    }
                });
                gone.sort(null);
                gone.forEach(id -> ledger.delete(entityType, id));
            }
            ledger.delete(Catalog.PROJECT, project.entityId());
            origins.remove(project.entityId());
        });
    }

    private void addChild() {
        ledger.pick(Catalog.PROJECT, random).ifPresent(project -> {
            String entityType = linkedType();
            Fields child = child(entityType, project.entityId(), 1_000 + events);
            Fields dated = child.shape().has("date") ? child.with("date", now()) : child;
            arrive(entityType, dated, random.nextInt(100) < 15);
        });
    }

    private void arrive(String entityType, Fields whole, boolean early) {
        String entityId = whole.text("id");
        Fields sent = whole;
        if (early) {
            partials.add(new Partial(entityType, entityId, whole.text("projectId"), whole.text("listId")));
            sent = sent.with("projectId", Derivation.ZERO_ID);
            if (sent.shape().has("listId")) {
                sent = sent.with("listId", Derivation.ZERO_ID);
            }
        }
        ledger.put(entityType, entityId, sent);
    }

    private void repair() {
        Partial partial = partials.remove();
        ledger.find(partial.entityType(), partial.entityId())
                .flatMap(Entry::data)
                .filter(fields -> fields.text("projectId").equals(Derivation.ZERO_ID))
                .ifPresent(fields -> {
                    Fields whole = fields.with("projectId", partial.projectId());
                    if (whole.shape().has("listId")) {
                        whole = whole.with("listId", partial.listId());
                    }
                    ledger.put(partial.entityType(), partial.entityId(), whole);
                });
    }

    private void move() {
        String entityType = random.nextInt(3) == 0 ? Catalog.FORM : Catalog.POINT;
        Optional<Entry> moved = ledger.pick(entityType, random);
        Optional<Entry> project = ledger.pick(Catalog.PROJECT, random);
        if (moved.isPresent() && project.isPresent()) {
            Fields fields = moved.get().data().orElseThrow();
            ledger.put(
                    entityType,
                    moved.get().entityId(),
                    work.move(fields, project.get().entityId(), random));
        }
    }

    private void archive() {
        String entityType =
                switch (random.nextInt(6)) {
                    case 0 -> Catalog.PROJECT;
                    case 1, 2 -> Catalog.FORM;
                    default -> Catalog.POINT;
                };
        ledger.pick(entityType, random).ifPresent(entry -> {
            Fields fields = entry.data().orElseThrow();
            boolean archived = fields.get("isArchived").equals(Optional.of(true));
            ledger.put(entityType, entry.entityId(), SiteWork.counted(fields.with("isArchived", !archived)));
        });
    }

    private void update() {
        String entityType = random.nextInt(100) < 8 ? Catalog.PROJECT : linkedType();
        ledger.pick(entityType, random)
                .ifPresent(entry -> ledger.put(
                        entityType,
                        entry.entityId(),
                        work.progress(entityType, entry.data().orElseThrow(), random)));
    }

    private Fields child(String entityType, String projectId, int ordinal) {
        ConstructionProject project = origin(projectId);
        return switch (entityType) {
            case Catalog.CONTACT_DETAILS -> derivation.contactDetails(project, projectId, ordinal);
            case Catalog.FORM -> derivation.form(project, projectId, ordinal);
            default -> derivation.point(project, projectId, ordinal);
        };
    }

    /** The record behind a project; for one that was made by request, a record of its id alone. */
    private ConstructionProject origin(String projectId) {
        return origins.getOrDefault(
                projectId,
                new ConstructionProject("X" + projectId.substring(0, 8), "PROJECT", "CITY", "CITYWIDE", "", "", 1_000));
    }

    private String linkedType() {
        int dice = random.nextInt(92);
        return dice < 55 ? Catalog.POINT : dice < 77 ? Catalog.FORM : Catalog.CONTACT_DETAILS;
    }

    private String now() {
        return MORNING.plusSeconds(events).toString();
    }

    private int size() {
        return Catalog.ENTITY_TYPES.stream().mapToInt(ledger::count).sum();
    }
}
