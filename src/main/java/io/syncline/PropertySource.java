package io.syncline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Reads typed values out of layered properties and collects what is wrong with them. A system property beats an environment
 * variable, which beats the file. Whatever was never asked for is unknown. For use by one thread.
 */
final class PropertySource {

    private static final String PREFIX = "syncline.";
    private static final String ENVIRONMENT_PREFIX = "SYNCLINE_";

    private final Map<String, String> file;
    private final Map<String, String> environment;
    private final Map<String, String> system;
    private final Set<String> known = new TreeSet<>();
    private final List<String> problems = new ArrayList<>();

    PropertySource(Map<String, String> file, Map<String, String> environment, Map<String, String> system) {
        this.file = file;
        this.environment = environment;
        this.system = system;
    }

    /** The variable that overrides a property: dots and dashes as underscores, in capitals. */
    static String variable(String property) {
        return property.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }

    Optional<String> text(String property) {
        known.add(property);
        String value = system.get(property);
        if (value == null) {
            value = environment.get(variable(property));
        }
        if (value == null) {
            value = file.get(property);
        }
        return Optional.ofNullable(value).map(String::strip).filter(text -> !text.isEmpty());
    }

    String text(String property, String otherwise) {
        return text(property).orElse(otherwise);
    }

    boolean flag(String property, boolean otherwise) {
        Optional<String> value = text(property);
        if (value.isEmpty()) {
            return otherwise;
        }
        return switch (value.get().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> {
                problem(property, "is \"" + value.get() + "\", but must be true or false");
                yield otherwise;
            }
        };
    }

    /** One of an enum's names, whatever its case. */
    <T extends Enum<T>> T choice(String property, T otherwise, Class<T> choices) {
        Optional<String> value = text(property);
        if (value.isEmpty()) {
            return otherwise;
        }
        for (T choice : choices.getEnumConstants()) {
            if (choice.name().equalsIgnoreCase(value.get())) {
                return choice;
            }
        }
        String names = Arrays.stream(choices.getEnumConstants())
                .map(choice -> choice.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(" or "));
        problem(property, "is \"" + value.get() + "\", but must be " + names);
        return otherwise;
    }

    int number(String property, int otherwise, int least, int most) {
        return number(property, least, most).orElse(otherwise);
    }

    OptionalInt number(String property, int least, int most) {
        Optional<String> value = text(property);
        if (value.isEmpty()) {
            return OptionalInt.empty();
        }
        try {
            int number = Integer.parseInt(value.get());
            if (number >= least && number <= most) {
                return OptionalInt.of(number);
            }
        } catch (NumberFormatException notANumber) {
            // Said below, as for a number out of range.
        }
        problem(property, "is \"" + value.get() + "\", but must be a whole number from " + least + " to " + most);
        return OptionalInt.empty();
    }

    void problem(String property, String whatIsWrong) {
        String variable = variable(property);
        boolean fromEnvironment = !system.containsKey(property) && environment.containsKey(variable);
        problems.add((fromEnvironment ? property + " (from " + variable + ")" : property) + " " + whatIsWrong);
    }

    /** Names of all properties set in the file or as system properties that begin so, with what follows the prefix. */
    Map<String, String> startingWith(String prefix) {
        Map<String, String> found = new TreeMap<>();
        for (Map<String, String> layer : List.of(file, system)) {
            for (String property : layer.keySet()) {
                if (property.startsWith(prefix)) {
                    found.put(property.substring(prefix.length()), property);
                }
            }
        }
        return found;
    }

    /** What follows the prefix in the names of the environment variables that begin so. */
    Set<String> variablesStartingWith(String prefix) {
        Set<String> found = new TreeSet<>();
        for (String variable : environment.keySet()) {
            if (variable.startsWith(prefix)) {
                found.add(variable.substring(prefix.length()));
            }
        }
        return found;
    }

    /** Environment variables with our prefix that no property was asked for by; a platform may set such, so they are no error. */
    List<String> unknownVariables() {
        Set<String> asked = new TreeSet<>();
        known.forEach(property -> asked.add(variable(property)));
        return environment.keySet().stream()
                .filter(variable -> variable.startsWith(ENVIRONMENT_PREFIX) && !asked.contains(variable))
                .sorted()
                .toList();
    }

    /** @throws SettingsException with all problems found, unknown properties among them */
    void check() {
        startingWith(PREFIX).values().stream()
                .filter(property -> !known.contains(property))
                .forEach(property -> problems.add(
                        property + " is not a known property; did you mean " + Nearest.to(property, known) + "?"));
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
    }
}
