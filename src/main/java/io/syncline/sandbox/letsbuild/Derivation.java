package io.syncline.sandbox.letsbuild;

import io.syncline.sandbox.letsbuild.Vocabulary.Borough;
import io.syncline.sandbox.letsbuild.Vocabulary.FormKind;
import io.syncline.sandbox.letsbuild.Vocabulary.Status;
import io.syncline.sandbox.upstream.ConstructionProject;
import io.syncline.sandbox.upstream.Fields;
import io.syncline.sandbox.upstream.People;
import io.syncline.sandbox.upstream.StableNames;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * Derives entities from the public record of a project: the same project and ordinal give the same entity, id
 * included, on every machine and at every start. Immutable.
 */
final class Derivation {
    static final String ZERO_ID = new UUID(0, 0).toString();
    static final List<String> FORM_STATUSES = List.of("Todo", "InProgress", "WaitingForFinalisation", "Done");
    static final List<String> ACCESS_LEVELS = List.of("Subcontractor", "Guest", "Contributor", "Manager", "Admin");
    static final List<String> INVITATIONS = List.of("Sent", "Accepted", "Refused", "Cancelled");

    private static final LocalDate FISCAL_YEAR = LocalDate.of(2020, 7, 1);

    private final Catalog catalog;
    private final Vocabulary vocabulary;
    private final People people = People.read();
    private final Fields country;

    Derivation(Catalog catalog, Vocabulary vocabulary) {
        this.catalog = catalog;
        this.vocabulary = vocabulary;
        this.country = Fields.of(
                catalog.shape("Country"),
                Map.of("id", id("country/US"), "name", "United States", "iso", "USA", "iso2", "US"));
    }

    Vocabulary vocabulary() {
        return vocabulary;
    }

    static String id(String name) {
        return StableNames.uuid("letsbuild/" + name);
    }

    static String projectId(ConstructionProject project) {
        return id("project/" + project.code());
    }

    static String listId(String projectId, int number) {
        return id("list/" + projectId + "/" + number);
    }

    Fields project(ConstructionProject project) {
        SplittableRandom random = random("project", project, 0);
        Borough borough = vocabulary.borough(project.borough());
        LocalDate start = FISCAL_YEAR.plusDays(random.nextInt(-700, 700));
        long days = Math.min(2_000, 150 + project.budgetThousandsUsd() / 40 + random.nextInt(200));
        Map<String, Object> fields = new HashMap<>();
        fields.put("id", projectId(project));
        fields.put("name", project.name());
        fields.put("code", project.code());
        fields.put("address", random.nextInt(1, 2_400) + " " + any(borough.streets(), random));
        fields.put("city", borough.city());
        fields.put("zipCode", any(borough.zipCodes(), random));
        fields.put("startDate", midnight(start));
        fields.put("endDate", random.nextInt(100) < 5 ? null : midnight(start.plusDays(days)));
        fields.put("isArchived", random.nextInt(100) < 4);
        fields.put("logoUrl", random.nextInt(100) < 20 ? null : logo(project.agency()));
        fields.put("country", country);
        fields.put("entityCreationDate", time(start.minusDays(random.nextInt(20, 400)), random));
        fields.put("entityVersion", 1);
        return Fields.of(catalog.shape("Project"), fields);
    }

    Fields form(ConstructionProject project, String projectId, int ordinal) {
        SplittableRandom random = random("form", project, ordinal);
        FormKind kind = any(vocabulary.forms(), random);
        String status = any(FORM_STATUSES, random);
        Map<String, Object> fields = new HashMap<>();
        fields.put("id", id("form/" + project.code() + "/" + ordinal));
        fields.put("subject", subject(any(kind.subjects(), random), project.scope()));
        fields.put("code", project.code() + "-F");
        fields.put("codeNum", number(ordinal));
        fields.put("date", time(FISCAL_YEAR.plusDays(random.nextInt(600)), random));
        fields.put("type", kind.type());
        fields.put("status", status);
        fields.put("isConform", status.equals("Done") ? (Object) (random.nextInt(10) < 8) : null);
        fields.put("isArchived", random.nextInt(100) < 3);
        fields.put("isUrgent", random.nextInt(100) < 8);
        fields.put("projectId", projectId);
        fields.put("listId", listId(projectId, random.nextInt(3)));
        return Fields.of(catalog.shape("Form"), fields);
    }

    Fields point(ConstructionProject project, String projectId, int ordinal) {
        SplittableRandom random = random("point", project, ordinal);
        LocalDate date = FISCAL_YEAR.plusDays(random.nextInt(600));
        boolean aboutDelay = ordinal == 0 && !project.delay().isEmpty();
        String defect = any(vocabulary.defects(), random) + ", " + any(vocabulary.places(), random);
        Map<String, Object> fields = new HashMap<>();
        fields.put("id", id("point/" + project.code() + "/" + ordinal));
        fields.put(
                "subject",
                aboutDelay
                        ? "Delay: " + project.reasonOfDelay()
                        : subject(defect, ordinal % 3 == 1 ? project.scope() : ""));
        fields.put("code", project.code() + "-P");
        fields.put("codeNum", number(ordinal));
        fields.put("date", time(date, random));
        fields.put("dueDate", random.nextInt(100) < 30 ? null : midnight(date.plusDays(random.nextInt(5, 90))));
        fields.put("isArchived", random.nextInt(100) < 3);
        fields.put("isUrgent", random.nextInt(100) < 5 ? null : (Object) (aboutDelay || random.nextInt(100) < 10));
        fields.put("projectId", projectId);
        fields.put("listId", listId(projectId, random.nextInt(3)));
        fields.put(
                "status",
                pointStatus(projectId, random.nextInt(vocabulary.statuses().size())));
        return Fields.of(catalog.shape("Point"), fields);
    }

    /** The project's own status of that number; a project's statuses have ids of their own. */
    Fields pointStatus(String projectId, int number) {
        Status status = vocabulary.statuses().get(number);
        return Fields.of(
                catalog.shape("PointStatus"),
                Map.of(
                        "id",
                        id("status/" + projectId + "/" + status.code()),
                        "code",
                        status.code(),
                        "name",
                        status.name(),
                        "color",
                        status.color()));
    }

    Fields contactDetails(ConstructionProject project, String projectId, int ordinal) {
        SplittableRandom random = random("contact", project, ordinal);
        boolean ofAgency = ordinal % 2 == 0;
        String company = ofAgency ? project.agency() : any(vocabulary.contractors(), random);
        int person = random.nextInt(40);
        SplittableRandom traits = new SplittableRandom(StableNames.bits("person/" + company + "/" + person));
        Borough borough = any(new ArrayList<>(vocabulary.boroughs().values()), traits);
        Map<String, Object> fields = new HashMap<>();
        fields.put("id", id("contact/" + project.code() + "/" + ordinal));
        fields.put("displayName", people.firstName(traits) + " " + people.lastName(traits));
        fields.put("company", company);
        fields.put("role", any(ofAgency ? vocabulary.agencyRoles() : vocabulary.contractorRoles(), traits));
        fields.put("phone", phone(traits));
        fields.put("street", traits.nextInt(1, 900) + " " + any(borough.streets(), traits));
        fields.put("city", borough.city());
        fields.put("zip", any(borough.zipCodes(), traits));
        fields.put("projectId", projectId);
        fields.put("userId", id("user/" + company + "/" + person));
        fields.put("isDisabled", random.nextInt(100) < 3);
        fields.put("accessRightLevel", any(ACCESS_LEVELS, random));
        fields.put("invitationStatus", random.nextInt(100) < 80 ? "Accepted" : any(INVITATIONS, random));
        return Fields.of(catalog.shape("ContactDetails"), fields);
    }

    /** A number from the range that is reserved for fiction. */
    static String phone(SplittableRandom random) {
        return "+1 212-555-0" + random.nextInt(100, 200);
    }

    static <T> T any(List<T> among, SplittableRandom random) {
        return among.get(random.nextInt(among.size()));
    }

    static String midnight(LocalDate date) {
        return date.atStartOfDay(ZoneOffset.UTC).toInstant().toString();
    }

    private static String time(LocalDate date, SplittableRandom random) {
        Instant morning = date.atTime(7, 0).toInstant(ZoneOffset.UTC);
        return morning.plus(random.nextInt(10 * 3_600), ChronoUnit.SECONDS).toString();
    }

    private static String number(int ordinal) {
        int within = 1 + ordinal % 20;
        return (1 + ordinal / 20) + (within < 10 ? ".0" : ".") + within;
    }

    private static String subject(String what, String scope) {
        return scope.isEmpty() ? what : what + " (" + scope + ")";
    }

    private static String logo(String agency) {
        String slug = agency.toLowerCase(Locale.ROOT).replaceAll("[^a-z]+", "-");
        return "https://logos.example.com/" + slug + ".png";
    }

    private static SplittableRandom random(String kind, ConstructionProject project, int ordinal) {
        return new SplittableRandom(StableNames.bits(kind + "/" + project.code() + "/" + ordinal));
    }
}
