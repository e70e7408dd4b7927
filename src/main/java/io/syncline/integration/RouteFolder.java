package io.syncline.integration;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.FailedToCreateRouteException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of routes, and of the sources' entity types and queries, as it runs. A file that is saved replaces what it defined before, one that
 * is taken away takes it along; what cannot be used is refused, and what ran goes on running. Safe for use by many threads.
 */
public final class RouteFolder implements Supplier<EntityTypes> {

    private static final Logger LOG = LoggerFactory.getLogger(RouteFolder.class);

    private final RouteLayout layout;
    private final List<IntegrationSettings> integrations;
    private final Function<IntegrationSettings, Schedule> schedules;
    private final Map<Path, RouteFile> running = new ConcurrentHashMap<>();
    private final SourceQueries queries = new SourceQueries();
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
        RouteFolder routes = new RouteFolder(layout, integrations, schedules, entityTypes(layout));
        layout.queries().forEach(routes.queries::take);
        return routes;
    }

    /** The entity types as they are now; another instance after each reload. */
    @Override
    public EntityTypes get() {
        return entityTypes;
    }

    /** The text of a source's query as it is in use; empty for any other file. */
    public Optional<String> query(Path file) {
        return queries.text(file);
    }

    /** Whether a source's routes, as they run, name a text, such as an option that jobs may have. */
    public boolean names(String source, String text) {
        return running.values().stream()
                .anyMatch(file ->
                        layout.sourceOf(file.path()).filter(source::equals).isPresent()
                                && file.text().contains(text));
    }

    /** What is wrong with files that were saved or taken away, by file; what they defined before runs on. */
    public Map<Path, String> refused() {
        return Map.copyOf(refused);
    }

    /** What is wrong with a file that the integration's routes come from, so that they run as they were before. */
    public Optional<RouteRefusal> refusal(IntegrationSettings integration) {
        return refused.entrySet().stream()
                .filter(file -> affected(file.getKey()).contains(integration))
                .map(file -> RouteRefusal.of(file.getKey(), file.getValue()))
                .findFirst();
    }

    /**
     * Adds all routes, and those of the enabled integrations, to a context that has not started yet.
     *
     * @throws RouteFileException naming file, line and reason, or the property at fault
     */
    public synchronized void load(CamelContext context) {
        LiveRoutes routes = new LiveRoutes(context);
        List<RouteFile> files = layout.files().stream().map(RouteFile::read).toList();
        requireUniqueIds(files);
        for (RouteFile file : inOrder(files)) {
            try {
                routes.add(file);
            } catch (RouteFileException unusable) {
                // What the schema says of it is nearer to the line.
                schema.get().check(file);
                throw unusable;
            }
            running.put(file.path(), file);
        }
        Integrations ofIntegrations = new Integrations(context, routes, layout, schedules);
        try {
            enabled(integrations).forEach(ofIntegrations::add);
        } catch (RouteFileException.OfTemplate unusable) {
            throw located(unusable, running.values());
        }
    }

    /** Says in which file and line the fault lies when the routes that were loaded do not start. */
    public RouteFileException explain(FailedToCreateRouteException failure) {
        String route = failure.getRouteId();
        String reason = "the route " + route + " cannot be made: " + LiveRoutes.reason(failure);
        return running.values().stream()
                .filter(file -> file.routes().contains(route))
                .findFirst()
                .map(file -> new RouteFileException(file.path() + ":" + file.line(route) + ": " + reason, failure))
                .orElseGet(() -> integrations.stream()
                        .filter(integration -> route.equals(integration.id()))
                        .findFirst()
                        .map(integration -> located(
                                new RouteFileException.OfTemplate(integration.source(), reason, failure),
                                running.values()))
                        .orElseGet(() -> new RouteFileException(reason, failure)));
    }

    /**
     * Takes over what was saved, and lets go of what was taken away: the files are checked first, then the integrations that they concern
     * finish the page in hand, and the requests of clients are answered if they concern the API, and then the new replaces the old. What cannot be used is logged and remembered as {@link #refused()}.
     */
    synchronized void reload(
            CamelContext context, Set<Path> saved, Set<Path> gone, Holds jobs, Supplier<Holds.Hold> requests) {
        reloadEntityTypes(saved, gone);
        reloadQueries(saved, gone);
        Map<Path, Optional<RouteFile>> changes = new TreeMap<>();
        for (Path file : saved) {
            if (layout.isRoutes(file)) {
                check(file).ifPresent(read -> changes.put(file, Optional.of(read)));
            }
        }
        for (Path file : gone) {
            if (running.containsKey(file)) {
                changes.put(file, Optional.empty());
            } else if (layout.isRoutes(file)) {
                refused.remove(file);
            }
        }
        if (changes.isEmpty()) {
            return;
        }
        Supplier<Holds.Hold> held = changes.keySet().stream().anyMatch(layout::isApi) ? requests : () -> () -> {};
        // All at once, for a route may have moved from one file to another; if that fails, each that works alone.
        Optional<RouteFileException> failure = replace(context, changes, jobs, held);
        if (failure.isPresent() && changes.size() > 1) {
            changes.forEach((path, file) -> replace(context, Map.of(path, file), jobs, held)
                    .ifPresent(unusable -> refuse(path, unusable.getMessage())));
        } else {
            failure.ifPresent(unusable -> refuse(changes.keySet().iterator().next(), unusable.getMessage()));
        }
    }

    private void reloadEntityTypes(Set<Path> saved, Set<Path> gone) {
        List<Path> declared = Stream.concat(saved.stream(), gone.stream())
                .filter(layout::isEntityTypes)
                .toList();
        if (declared.isEmpty()) {
            return;
        }
        try {
            EntityTypes read = entityTypes(layout);
            gone.stream().filter(layout::isEntityTypes).forEach(this::requireUnused);
            entityTypes = read;
            refused.keySet().removeIf(layout::isEntityTypes);
            LOG.info("Read the entity types again: {} changed", declared);
        } catch (RouteFileException wrong) {
            declared.forEach(file -> refuse(file, wrong.getMessage()));
        }
    }

    private void reloadQueries(Set<Path> saved, Set<Path> gone) {
        for (Path file : saved) {
            if (layout.isQuery(file)) {
                try {
                    if (queries.take(file)) {
                        LOG.info("{} is in use as it was saved", file);
                    }
                    refused.remove(file);
                } catch (RouteFileException wrong) {
                    refuse(file, wrong.getMessage());
                }
            }
        }
        for (Path file : gone) {
            if (layout.isQuery(file)) {
                try {
                    requireUnused(file);
                    queries.drop(file);
                    refused.remove(file);
                } catch (RouteFileException used) {
                    refuse(file, used.getMessage());
                }
            }
        }
    }

    /** What a source consists of cannot be missed while somebody pulls with it. */
    private void requireUnused(Path gone) {
        enabled(affected(gone)).stream().findFirst().ifPresent(integration -> {
            throw new RouteFileException(gone + " was taken away, but the integration " + integration.id()
                    + " pulls with its source; it is used on as it was");
        });
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

    /** Replaces some files by what they are now, empty for none; all or, with the reason, nothing. */
    private Optional<RouteFileException> replace(
            CamelContext context, Map<Path, Optional<RouteFile>> changes, Holds jobs, Supplier<Holds.Hold> requests) {
        List<RouteFile> before = inOrder(changes.keySet().stream()
                .map(running::get)
                .filter(Objects::nonNull)
                .toList());
        List<RouteFile> now =
                inOrder(changes.values().stream().flatMap(Optional::stream).toList());
        List<RouteFile> afterwards = new ArrayList<>(running.values());
        afterwards.removeIf(file -> changes.containsKey(file.path()));
        afterwards.addAll(now);
        try {
            requireUniqueIds(afterwards);
        } catch (RouteFileException twice) {
            return Optional.of(twice);
        }
        List<IntegrationSettings> affected = enabled(integrations.stream()
                .filter(integration -> changes.keySet().stream()
                        .anyMatch(file -> affected(file).contains(integration)))
                .toList());
        LiveRoutes routes = new LiveRoutes(context);
        Integrations ofIntegrations = new Integrations(context, routes, layout, schedules);
        Holds.Hold heldJobs = jobs.hold(ids(affected));
        Holds.Hold heldRequests = requests.get();
        try {
            affected.forEach(ofIntegrations::remove);
            before.forEach(routes::remove);
            try {
                now.forEach(routes::add);
                affected.forEach(ofIntegrations::add);
            } catch (RouteFileException unusable) {
                affected.forEach(ofIntegrations::remove);
                now.forEach(routes::remove);
                before.forEach(routes::add);
                affected.forEach(ofIntegrations::add);
                return Optional.of(located(unusable, changes));
            }
        } finally {
            heldRequests.close();
            heldJobs.close();
        }
        changes.forEach((path, file) -> {
            refused.remove(path);
            file.ifPresentOrElse(read -> running.put(path, read), () -> running.remove(path));
            LOG.info(
                    "{} {}",
                    path,
                    file.isPresent() ? "is in use as it was saved" : "was taken away, and what it defined");
        });
        return Optional.empty();
    }

    private void refuse(Path file, String why) {
        String reason = why;
        for (IntegrationSettings integration : affected(file)) {
            // A route that cannot be made may be told with the settings in it.
            reason = Secrets.of(integration).masked(reason);
        }
        if (!reason.equals(refused.put(file, reason))) {
            LOG.error("Refused, what ran before runs on: {}", reason);
        }
    }

    private static RouteFileException located(RouteFileException failure, Map<Path, Optional<RouteFile>> changes) {
        RouteFileException located = failure instanceof RouteFileException.OfTemplate ofTemplate
                ? located(
                        ofTemplate,
                        changes.values().stream().flatMap(Optional::stream).toList())
                : failure;
        if (changes.keySet().stream().anyMatch(file -> located.getMessage().startsWith(file.toString()))) {
            return located;
        }
        Map.Entry<Path, Optional<RouteFile>> change =
                changes.entrySet().iterator().next();
        String what = change.getValue().isPresent() ? ": " : " was taken away, but: ";
        return new RouteFileException(change.getKey() + what + located.getMessage(), failure);
    }

    private static RouteFileException located(RouteFileException.OfTemplate failure, Collection<RouteFile> files) {
        return files.stream()
                .filter(file -> file.templates().contains(failure.template()))
                .findFirst()
                .map(file -> new RouteFileException(
                        file.path() + ":" + file.line(failure.template()) + ": " + failure.getMessage(), failure))
                .orElse(failure);
    }

    /** Camel would let the one that comes later replace the other, or fail, as it happens. */
    private static void requireUniqueIds(Collection<RouteFile> files) {
        requireUnique(files, RouteFile::routes);
        requireUnique(files, RouteFile::templates);
        requireUnique(files, RouteFile::configurations);
    }

    private static void requireUnique(Collection<RouteFile> files, Function<RouteFile, Set<String>> ids) {
        Map<String, RouteFile> known = new HashMap<>();
        for (RouteFile file : files) {
            for (String id : ids.apply(file)) {
                RouteFile other = known.putIfAbsent(id, file);
                if (other != null) {
                    throw new RouteFileException(file.path() + ":" + file.line(id) + ": the id " + id + " is taken by "
                            + other.path() + ":" + other.line(id));
                }
            }
        }
    }

    /** What others refer to comes first. */
    private static List<RouteFile> inOrder(Collection<RouteFile> files) {
        return files.stream()
                .sorted(Comparator.comparing(file -> file.configurations().isEmpty()))
                .toList();
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
        } catch (IllegalArgumentException | UncheckedIOException wrong) {
            throw new RouteFileException(wrong.getMessage(), wrong);
        }
    }
}
