package io.syncline.sandbox.letsbuild;

import io.syncline.sandbox.upstream.Fields;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** How entities change while people work with them. Immutable. */
final class SiteWork {
    private final Derivation derivation;

    SiteWork(Derivation derivation) {
        this.derivation = derivation;
    }

    /** The entity after somebody has worked on it. */
    Fields progress(String entityType, Fields fields, SplittableRandom random) {
        return switch (entityType) {
            case Catalog.PROJECT -> progressProject(fields, random);
            case Catalog.FORM -> progressForm(fields, random);
            case Catalog.POINT -> progressPoint(fields, random);
            default -> progressContact(fields, random);
        };
    }

    /** A form or point after its move to another project, where lists and statuses have other ids. */
    Fields move(Fields fields, String projectId, SplittableRandom random) {
        Fields moved =
                fields.with("projectId", projectId).with("listId", Derivation.listId(projectId, random.nextInt(3)));
        return moved.shape().has("status") && moved.get("status").orElse("") instanceof Fields
                ? moved.with("status", status(projectId, random))
                : moved;
    }

    /** The same entity with its own count of versions raised, where it has one. */
    static Fields counted(Fields fields) {
        return fields.get("entityVersion")
                .map(version -> fields.with("entityVersion", (Integer) version + 1))
                .orElse(fields);
    }

    private Fields progressProject(Fields fields, SplittableRandom random) {
        Optional<Instant> end = fields.get("endDate").map(date -> Instant.parse(date.toString()));
        Instant later = end.or(() -> fields.get("startDate").map(date -> Instant.parse(date.toString())))
                .orElse(Instant.parse("2026-01-01T00:00:00Z"))
                .plus(Duration.ofDays(random.nextInt(14, 120)));
        return counted(fields.with("endDate", later.toString()));
    }

    private static Fields progressForm(Fields fields, SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> flipped(fields, "isUrgent");
            case 1 -> fields.with("isConform", random.nextInt(10) < 8);
            default -> {
                String next = following(Derivation.FORM_STATUSES, fields.text("status"));
                Fields moved = fields.with("status", next);
                yield next.equals("Done") ? moved.with("isConform", random.nextInt(10) < 8) : moved;
            }
        };
    }

    private Fields progressPoint(Fields fields, SplittableRandom random) {
        return switch (random.nextInt(5)) {
            case 0 -> flipped(fields, "isUrgent");
            case 1 ->
                fields.with(
                        "dueDate",
                        Instant.parse(fields.get("dueDate")
                                        .orElse(fields.text("date"))
                                        .toString())
                                .plus(Duration.ofDays(random.nextInt(3, 30)))
                                .toString());
            case 2 ->
                fields.with(
                        "subject",
                        fields.text("subject")
                                .replaceFirst("( - checked \\d+)?$", " - checked " + random.nextInt(1, 100)));
            default -> fields.with("status", status(fields.text("projectId"), random));
        };
    }

    private Fields progressContact(Fields fields, SplittableRandom random) {
        return switch (random.nextInt(5)) {
            case 0 -> fields.with("phone", Derivation.phone(random));
            case 1 ->
                fields.with("invitationStatus", following(Derivation.INVITATIONS, fields.text("invitationStatus")));
            case 2 -> flipped(fields, "isDisabled");
            case 3 -> fields.with("role", Derivation.any(derivation.vocabulary().contractorRoles(), random));
            default ->
                fields.with("accessRightLevel", following(Derivation.ACCESS_LEVELS, fields.text("accessRightLevel")));
        };
    }

    private Fields status(String projectId, SplittableRandom random) {
        return derivation.pointStatus(
                projectId, random.nextInt(derivation.vocabulary().statuses().size()));
    }

    private static Fields flipped(Fields fields, String name) {
        return fields.with(name, !fields.get(name).equals(Optional.of(true)));
    }

    private static String following(List<String> values, String value) {
        return values.get((values.indexOf(value) + 1) % values.size());
    }
}
