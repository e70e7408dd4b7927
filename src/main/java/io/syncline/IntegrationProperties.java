package io.syncline;

import io.syncline.integration.IntegrationSettings;
import io.syncline.integration.Schedule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.quartz.CronExpression;

/** Reads {@code syncline.integration.<id>.<parameter>}. */
final class IntegrationProperties {

    private static final String PREFIX = "syncline.integration.";
    private static final String VARIABLE_PREFIX = PropertySource.variable(PREFIX);
    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    static final Set<String> COMMON = Set.of("source", "name", "enabled", "interval", "cron", "full-cron");
    private static final int DEFAULT_INTERVAL = 60;

    private final PropertySource properties;
    private final Map<String, Map<String, String>> defaults;

    /** @param defaults by integration id, what holds where nothing is set */
    IntegrationProperties(PropertySource properties, Map<String, Map<String, String>> defaults) {
        this.properties = properties;
        this.defaults = defaults;
    }

    List<IntegrationSettings> read() {
        Map<String, Set<String>> parameters = new TreeMap<>();
        defaults.forEach((id, values) -> parameters.put(id, new TreeSet<>(values.keySet())));
        properties.startingWith(PREFIX).forEach((name, property) -> {
            int dot = name.indexOf('.');
            if (dot < 0 || !ID.matcher(name.substring(0, dot)).matches()) {
                properties.text(property);
                properties.problem(
                        property,
                        "must be " + PREFIX + "<id>.<parameter>, the id of lower-case letters, digits and dashes");
            } else {
                parameters
                        .computeIfAbsent(name.substring(0, dot), id -> new TreeSet<>())
                        .add(name.substring(dot + 1));
            }
        });
        addFromEnvironment(parameters);
        List<IntegrationSettings> integrations = new ArrayList<>();
        parameters.forEach((id, names) -> integration(id, names).ifPresent(integrations::add));
        return List.copyOf(integrations);
    }

    private void addFromEnvironment(Map<String, Set<String>> parameters) {
        Set<String> variables = properties.variablesStartingWith(VARIABLE_PREFIX);
        for (String variable : variables) {
            if (variable.endsWith("_SOURCE")
                    && owner(variable, parameters.keySet()).isEmpty()) {
                parameters.put(
                        asProperty(variable.substring(0, variable.length() - "_SOURCE".length())), new TreeSet<>());
            }
        }
        for (String variable : variables) {
            owner(variable, parameters.keySet())
                    .ifPresent(id -> parameters.get(id).add(asProperty(variable.substring(id.length() + 1))));
        }
    }

    /** The integration that a variable belongs to: the longest id that it begins with. */
    private static Optional<String> owner(String variable, Set<String> ids) {
        return ids.stream()
                .filter(id -> variable.startsWith(PropertySource.variable(id) + "_"))
                .max(Comparator.comparingInt(String::length));
    }

    private static String asProperty(String variable) {
        return variable.replace('_', '-').toLowerCase(Locale.ROOT);
    }

    private Optional<IntegrationSettings> integration(String id, Set<String> names) {
        Map<String, String> parameters = new TreeMap<>();
        names.stream().filter(name -> !COMMON.contains(name)).forEach(name -> value(id, name)
                .ifPresent(value -> parameters.put(name, value)));
        String name = value(id, "name").orElse(id);
        boolean enabled = properties.flag(property(id, "enabled"), true);
        Schedule schedule = schedule(id);
        Optional<String> source = value(id, "source");
        if (source.isEmpty()) {
            properties.problem(
                    property(id, "source"), "is missing: it names the folder under routes/sources/ to pull with");
            return Optional.empty();
        }
        return Optional.of(
                new IntegrationSettings(id, source.get(), name, enabled, schedule, cron(id, "full-cron"), parameters));
    }

    private Schedule schedule(String id) {
        String intervalProperty = property(id, "interval");
        OptionalInt interval = properties.number(intervalProperty, 1, Schedule.LONGEST_INTERVAL);
        Optional<Schedule.Cron> cron = cron(id, "cron");
        if (interval.isPresent() && value(id, "cron").isPresent()) {
            properties.problem(intervalProperty, "and " + property(id, "cron") + " are both set; keep one");
        }
        if (cron.isPresent()) {
            return cron.get();
        }
        int seconds = interval.orElseGet(() -> value(id, "interval")
                .flatMap(IntegrationProperties::number)
                .filter(number -> number >= 1 && number <= Schedule.LONGEST_INTERVAL)
                .orElse(DEFAULT_INTERVAL));
        return new Schedule.Interval(Duration.ofSeconds(seconds));
    }

    private Optional<Schedule.Cron> cron(String id, String name) {
        Optional<String> expression = value(id, name);
        if (expression.isPresent() && !CronExpression.isValidExpression(expression.get())) {
            properties.problem(
                    property(id, name),
                    "is \"" + expression.get() + "\", but must be a Quartz cron expression such as \"0 0/5 * * * ?\"");
            return Optional.empty();
        }
        return expression.map(Schedule.Cron::new);
    }

    private static Optional<Integer> number(String text) {
        return text.chars().allMatch(Character::isDigit) && text.length() < 9
                ? Optional.of(Integer.valueOf(text))
                : Optional.empty();
    }

    private Optional<String> value(String id, String name) {
        return properties
                .text(property(id, name))
                .or(() ->
                        Optional.ofNullable(defaults.getOrDefault(id, Map.of()).get(name)));
    }

    private static String property(String id, String name) {
        return PREFIX + id + "." + name;
    }
}
