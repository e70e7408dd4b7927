package io.syncline.management;

import io.syncline.http.ApiException;
import io.syncline.http.JsonFields;
import io.syncline.job.JobOptions;
import io.syncline.job.JobType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Reads what a job is to be, and what it is asked to do besides. */
final class OptionsReader {

    private static final int LARGEST_BATCH = 10_000;
    private static final int MOST_VALUES = 1_000;
    private static final int LONGEST_VALUE = 512;
    private static final List<String> SELECTIONS = List.of("entityTypes", "excludeEntityTypes", "projectIds");

    private final Sources sources;

    OptionsReader(Sources sources) {
        this.sources = sources;
    }

    static JobType type(JsonFields fields, String name) {
        return JobType.of(fields.text(name, 40))
                .orElseThrow(() -> ApiException.badField(
                        name,
                        "It must be one of "
                                + Arrays.stream(JobType.values())
                                        .map(JobType::text)
                                        .collect(Collectors.joining(", "))
                                + "."));
    }

    /** The options of a body, for a job of that type and source. */
    JobOptions read(JsonFields body, JobType type, String source) {
        Optional<JsonFields> given = body.object(
                "options",
                Set.of("force", "includeArchived", "batchSize", "entityTypes", "excludeEntityTypes", "projectIds"));
        if (given.isEmpty()) {
            requireSelection(type, JobOptions.NONE);
            return JobOptions.NONE;
        }
        JsonFields fields = given.get();
        if (type != JobType.SELECTIVE) {
            SELECTIONS.stream().filter(fields::has).findFirst().ifPresent(name -> {
                throw ApiException.badField(
                        "options." + name, "Only a selective_sync takes it: any other would miss what it leaves out.");
            });
        }
        Set<String> known = sources.entityTypes(source);
        JobOptions options = new JobOptions(
                fields.flag("force", false),
                includeArchived(fields, source),
                fields.number("batchSize", 0, 1, LARGEST_BATCH),
                types(fields, "entityTypes", known),
                types(fields, "excludeEntityTypes", known),
                values(fields, "projectIds"));
        requireSelection(type, options);
        if (options.selects() && known.stream().noneMatch(options::takes)) {
            throw ApiException.badField("options.excludeEntityTypes", "It leaves no entity type to be synced.");
        }
        return options;
    }

    private boolean includeArchived(JsonFields fields, String source) {
        boolean wanted = fields.flag("includeArchived", false);
        if (wanted && !sources.namesOption(source, "includeArchived")) {
            throw ApiException.badField(
                    "options.includeArchived",
                    "The source " + source + " cannot tell archived records from others, so it does not take it.");
        }
        return wanted;
    }

    private static void requireSelection(JobType type, JobOptions options) {
        if (type == JobType.SELECTIVE && !options.selects()) {
            throw ApiException.badField(
                    "options", "A selective_sync needs one of " + String.join(", ", SELECTIONS) + ".");
        }
    }

    private static List<String> types(JsonFields fields, String name, Set<String> known) {
        List<String> types = values(fields, name);
        types.stream().filter(type -> !known.contains(type)).findFirst().ifPresent(unknown -> {
            throw ApiException.badField(
                    "options." + name,
                    "The source has no such entity type; it has " + String.join(", ", new TreeSet<>(known)) + ".");
        });
        return types;
    }

    private static List<String> values(JsonFields fields, String name) {
        List<String> values = fields.has(name) ? fields.texts(name) : List.of();
        if (values.size() > MOST_VALUES
                || values.stream().anyMatch(value -> value.isBlank() || value.length() > LONGEST_VALUE)) {
            throw ApiException.badField(
                    "options." + name,
                    "It must be at most " + MOST_VALUES + " strings, none blank or longer than " + LONGEST_VALUE + ".");
        }
        return values;
    }
}
