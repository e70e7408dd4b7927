package io.syncline;

import io.syncline.integration.IntegrationSettings;
import io.syncline.integration.SourceCheck;
import io.syncline.integration.SyncFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code check <folder> [--integration <id> | --recorded <file>] [--stream <name>]}: checks a source's folder and pulls one page of it. The
 * changes of the page go to the standard output, a line of JSON each; what else there is to say goes to the standard error. Opens no
 * database and writes no file.
 */
final class CheckCommand {

    static final String NAME = "check";

    /** Nothing is wrong. */
    static final int SOUND = 0;

    /** The folder or the settings of the integration are to be mended. */
    static final int WRONG = 1;

    /** It could not be checked: a wrong argument, or an upstream that cannot be pulled. */
    static final int UNCHECKED = 2;

    private static final Logger CHANGES = LoggerFactory.getLogger("io.syncline.check.changes");
    private static final Logger SAID = LoggerFactory.getLogger("io.syncline.check.said");

    private static final Path PROPERTIES = Path.of("application.properties");
    private static final Set<String> OPTIONS = Set.of("--integration", "--recorded", "--stream");
    private static final String USAGE =
            "Usage: check routes/sources/<source> [--integration <id> | --recorded <file>] [--stream <name>]";

    private final Path folder;
    private final Map<String, String> options;

    private CheckCommand(Path folder, Map<String, String> options) {
        this.folder = folder;
        this.options = options;
    }

    /** Runs the command and tells the exit code. */
    static int run(List<String> arguments) {
        try {
            return read(arguments).check();
        } catch (SettingsException | IllegalArgumentException unusable) {
            SAID.error("{}", unusable.getMessage());
            return UNCHECKED;
        } catch (SyncFailure failure) {
            SAID.error("Nothing could be pulled ({}): {}", failure.errorClass().text(), failure.getMessage());
            return UNCHECKED;
        }
    }

    private static CheckCommand read(List<String> arguments) {
        Map<String, String> options = new HashMap<>();
        if (arguments.isEmpty() || arguments.get(0).startsWith("--") || arguments.size() % 2 == 0) {
            throw new IllegalArgumentException(USAGE);
        }
        for (int index = 1; index < arguments.size(); index += 2) {
            String option = arguments.get(index);
            if (!OPTIONS.contains(option) || options.putIfAbsent(option, arguments.get(index + 1)) != null) {
                throw new IllegalArgumentException(USAGE);
            }
        }
        if (options.containsKey("--integration") && options.containsKey("--recorded")) {
            throw new IllegalArgumentException(USAGE);
        }
        return new CheckCommand(Path.of(arguments.get(0)), options);
    }

    private int check() {
        SourceCheck check = new SourceCheck(folder, PROPERTIES);
        Optional<String> stream = Optional.ofNullable(options.get("--stream"));
        SourceCheck.Result result;
        if (options.containsKey("--recorded")) {
            result = check.replay(recorded(Path.of(options.get("--recorded"))), stream);
        } else {
            Settings settings = Settings.load();
            IntegrationSettings integration = integration(settings, check.source());
            SAID.info("Pulling {} by the source {}", integration.id(), check.source());
            result = check.pull(integration, stream, settings.upstreamTimeout());
        }
        result.changes().forEach(CHANGES::info);
        result.notes().forEach(SAID::info);
        result.violations().forEach(SAID::error);
        SAID.info(
                "{}",
                result.violations().isEmpty()
                        ? "The source " + check.source() + " is sound"
                        : "The source " + check.source() + " is to be mended: "
                                + result.violations().size() + " violation(s)");
        return result.violations().isEmpty() ? SOUND : WRONG;
    }

    private IntegrationSettings integration(Settings settings, String source) {
        List<IntegrationSettings> candidates = settings.integrations().stream()
                .filter(integration -> integration.source().equals(source))
                .toList();
        Optional<String> wanted = Optional.ofNullable(options.get("--integration"));
        Optional<IntegrationSettings> chosen = wanted.isEmpty() && candidates.size() == 1
                ? Optional.of(candidates.get(0))
                : candidates.stream()
                        .filter(integration -> wanted.equals(Optional.of(integration.id())))
                        .findFirst();
        return chosen.orElseThrow(() -> new IllegalArgumentException((wanted.isPresent()
                        ? "There is no integration " + wanted.get() + " of the source " + source
                        : "Which integration of the source " + source + " is to be pulled? Name it by --integration")
                + "; configured are "
                + (candidates.isEmpty()
                        ? "none: set syncline.integration.<id>.source=" + source + " in " + PROPERTIES
                                + ", or give a recorded answer by --recorded"
                        : candidates.stream().map(IntegrationSettings::id).collect(Collectors.joining(", ")))));
    }

    private static byte[] recorded(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException absent) {
            throw new IllegalArgumentException("--recorded " + file + ": there is no such file", absent);
        } catch (IOException unreadable) {
            throw new IllegalArgumentException("--recorded " + file + " cannot be read: " + unreadable, unreadable);
        }
    }
}
