package io.syncline.integration;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.FailedToCreateRouteException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of routes and of sources' entity types, as it runs. A file that is saved replaces what it defined before; one that cannot
 * be used is refused, and what ran goes on running. Safe for use by many threads.
 */
public final class RouteFolder implements Supplier<EntityTypes> {

    private static final Logger LOG = LoggerFactory.getLogger(RouteFolder.class);

    private final RouteLayout layout;
    private final List<IntegrationSettings> integrations;
    private final Function<IntegrationSettings, Schedule> schedules;
    private final Map<Path, RouteFile> running = new ConcurrentHashMap<>();
    private final Map<Path, String> refused = new ConcurrentSkipListMap<>();
    private final Supplier<RouteSchema> schema = new Supplier<>() {
        private RouteSchema made;

        @Override
        public synchronized RouteSchema get() {
            if (made == null) {
                made = new RouteSchema();
            }
            return made;
        }
    };
    private volatile EntityTypes entityTypes;

    private RouteFolder(
            RouteLayout layout,
            List<IntegrationSettings> integrations,
            Function<IntegrationSettings, Schedule> schedules,
            EntityTypes entityTypes) {
        this.layout = layout;
        this.integrations = integrations;
        this.schedules = schedules;
        this.entityTypes = entityTypes;
    }

    /**
     * Reads the entity types of all sources.
     *
     * @param folder as {@code syncline.routes} has it
     * @param schedules the schedule of an integration as it is now
     * @throws RouteFileException naming file, line and reason
     */
    public static RouteFolder open(
            Path folder, List<IntegrationSettings> integrations, Function<IntegrationSettings, Schedule> schedules) {
        RouteLayout layout = new RouteLayout(folder);
        layout.files();
        return new RouteFolder(layout, integrations, schedules, entityTypes(layout));
    }

    /** The entity types as they are now; another instance after each reload. */
    @Override
    public EntityTypes get() {
        return entityTypes;
    }

    /** What is wrong with files that were saved, by file; what they defined before runs on. */
    public Map<Path, String> refused() {
        return Map.copyOf(refused);
    }

    /** What is wrong with a file that the integration's routes come from, so that they run as they were before; for a person. */
    public Optional<String> refusal(IntegrationSettings integration) {
        return refused.entrySet().stream()
                .filter(file -> affected(file.getKey()).contains(integration))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /**
     * Adds all routes, and those of the enabled integrations, to a context that has not started yet.
     *
     * @throws RouteFileException naming the file or the property at fault
     */
    public synchronized void load(CamelContext context) {
        LiveRoutes routes = new LiveRoutes(context);
        // What others refer to comes first.
        layout.files().stream()
                .map(RouteFile::read)
                .sorted(Comparator.comparing(file -> file.configurations().isEmpty()))
                .forEach(file -> {
                    routes.add(file);
                    running.put(file.path(), file);
                });
        Integrations ofIntegrations = new Integrations(context, routes, layout, schedules);
        enabled(integrations).forEach(ofIntegrations::add);
    }

    /** Says in which file the fault lies when the routes that were loaded do not start. */
    public RouteFileException explain(FailedToCreateRouteException failure) {
        String reason = "the route " + failure.getRouteId() + " cannot be made: " + LiveRoutes.reason(failure);
        return running.values().stream()
                .filter(file -> file.routes().contains(failure.getRouteId()))
                .findFirst()
                .map(file -> new RouteFileException(file.path() + ": " + reason, failure))
                .orElseGet(() -> new RouteFileException(reason, failure));
    }

    /**
     * Takes over what was saved: the files are checked first, then the integrations that they concern finish the page in hand, and
     * then the new replaces the old. What cannot be used is logged and remembered as {@link #refused()}.
     */
    synchronized void reload(CamelContext context, Set<Path> saved, Holds holds) {
        if (saved.stream().anyMatch(layout::isEntityTypes)) {
            reloadEntityTypes(saved);
        }
        List<RouteFile> files = new ArrayList<>();
        for (Path file : saved) {
            if (layout.isRoutes(file)) {
                check(file).ifPresent(files::add);
            }
        }
        files.sort(Comparator.comparing(file -> file.configurations().isEmpty()));
        for (RouteFile file : files) {
            replace(context, file, holds);
        }
    }

    private void reloadEntityTypes(Set<Path> saved) {
        List<Path> declared = saved.stream().filter(layout::isEntityTypes).toList();
        try {
            entityTypes = entityTypes(layout);
            declared.forEach(refused::remove);
            LOG.info("Read the entity types again: {} changed", declared);
        } catch (RouteFileException wrong) {
            declared.forEach(file -> refuse(file, wrong.getMessage()));
        }
    }

    private Optional<RouteFile> check(Path file) {
        try {
            RouteFile read = RouteFile.read(file);
            schema.get().check(read);
            RouteFile before = running.get(file);
            if (before != null && before.text().equals(read.text())) {
                refused.remove(file);
                return Optional.empty();
            }
            return Optional.of(read);
        } catch (RouteFileException wrong) {
            refuse(file, wrong.getMessage());
            return Optional.empty();
        }
    }

    private void replace(CamelContext context, RouteFile file, Holds holds) {
        List<IntegrationSettings> affected = enabled(affected(file.path()));
        LiveRoutes routes = new LiveRoutes(context);
        Integrations ofIntegrations = new Integrations(context, routes, layout, schedules);
        Optional<RouteFile> before = Optional.ofNullable(running.get(file.path()));
        Holds.Hold hold = holds.hold(ids(affected));
        try {
            affected.forEach(ofIntegrations::remove);
            before.ifPresent(routes::remove);
            try {
                routes.add(file);
                affected.forEach(ofIntegrations::add);
                running.put(file.path(), file);
                refused.remove(file.path());
                LOG.info("{} is in use as it was saved", file.path());
            } catch (RouteFileException unusable) {
                affected.forEach(ofIntegrations::remove);
                routes.remove(file);
                before.ifPresent(routes::add);
                affected.forEach(ofIntegrations::add);
                refuse(file.path(), unusable.getMessage());
            }
        } finally {
            hold.close();
        }
    }

    private void refuse(Path file, String reason) {
        if (!reason.equals(refused.put(file, reason))) {
            LOG.error("Refused, what ran before runs on: {}", reason);
        }
    }

    /** The integrations whose routes depend on a file: a source's concern those that pull with it, the API's none, others all. */
    private List<IntegrationSettings> affected(Path file) {
        if (layout.isApi(file)) {
            return List.of();
        }
        Optional<String> source = layout.sourceOf(file);
        return integrations.stream()
                .filter(integration -> source.isEmpty() || source.get().equals(integration.source()))
                .toList();
    }

    private static List<IntegrationSettings> enabled(List<IntegrationSettings> integrations) {
        return integrations.stream().filter(IntegrationSettings::enabled).toList();
    }

    private static Set<String> ids(List<IntegrationSettings> integrations) {
        return integrations.stream().map(IntegrationSettings::id).collect(Collectors.toSet());
    }

    private static EntityTypes entityTypes(RouteLayout layout) {
        try {
            return EntityTypes.load(layout.sources());
        } catch (IllegalArgumentException wrong) {
            throw new RouteFileException(wrong.getMessage(), wrong);
        }
    }
}
