package io.syncline.integration;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.changelog.Quarantined;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.model.RouteTemplateParameterDefinition;
import org.apache.hc.client5.http.classic.HttpClient;

/**
 * Checks a source's folder: what is in its files, and one page as its route pulls it. Writes nothing anywhere. For use by one thread.
 */
public final class SourceCheck {

    /** A stream may begin with pages that only lead to its first records. */
    private static final int MOST_PULLS = 5;

    private static final String RECORDED = "recorded";

    private final Path folder;
    private final Path properties;
    private final String source;
    private final RouteLayout layout;
    private final Path entityTypes;

    private final List<String> violations = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> changes = new ArrayList<>();
    private List<RouteFile> files = List.of();
    private SourceLines lines;

    /**
     * A check of a folder.
     *
     * @param folder such as {@code routes/sources/acme}
     * @param properties the file of settings, for its lines
     * @throws IllegalArgumentException if there is no such folder
     */
    public SourceCheck(Path folder, Path properties) {
        Path sources = folder.toAbsolutePath().normalize().getParent();
        if (!Files.isDirectory(folder)
                || sources == null
                || !sources.getFileName().toString().equals("sources")) {
            throw new IllegalArgumentException(
                    folder + " is no source: it must be a folder in the folder sources of a folder of routes");
        }
        this.folder = folder;
        this.properties = properties;
        this.entityTypes = folder.resolve("entities.graphqls");
        this.source = folder.toAbsolutePath().normalize().getFileName().toString();
        // As it was given, so that the files are named as the caller names them.
        Path given = folder.getParent();
        this.layout =
                new RouteLayout(given == null || given.getParent() == null ? sources.getParent() : given.getParent());
        this.lines = new SourceLines(source, files, properties);
    }

    /**
     * What came out.
     *
     * @param violations each with file, line and reason
     * @param changes of the page, each as a line of JSON
     * @param notes for a person, no violations
     */
    public record Result(List<String> violations, List<String> changes, List<String> notes) {}

    /** The name of the source. */
    public String source() {
        return source;
    }

    /**
     * Pulls from an integration's upstream.
     *
     * @param stream which; empty for the first
     * @throws IllegalArgumentException if there is no such stream
     * @throws SyncFailure if the upstream cannot be pulled for a reason that lies outside the folder
     */
    public Result pull(IntegrationSettings integration, Optional<String> stream, Duration timeout) {
        try (UpstreamClient upstream = new UpstreamClient(timeout)) {
            return run(integration, stream, upstream.http());
        } catch (IOException unclosed) {
            throw new UncheckedIOException(unclosed);
        }
    }

    /**
     * Takes a recorded answer for what the upstream answers to every request.
     *
     * @param stream which; empty for the first
     * @throws IllegalArgumentException if there is no such stream
     */
    public Result replay(byte[] answer, Optional<String> stream) {
        try (RecordedUpstream upstream = new RecordedUpstream(answer)) {
            IntegrationSettings any = new IntegrationSettings(
                    RECORDED, source, RECORDED, true, new Schedule.Interval(Duration.ofDays(1)), Map.of());
            return replay(any, stream, upstream);
        } catch (IOException unclosed) {
            throw new UncheckedIOException(unclosed);
        }
    }

    private Result replay(IntegrationSettings any, Optional<String> stream, RecordedUpstream upstream) {
        try {
            Result result = run(any, stream, upstream.http());
            if (violations.isEmpty() && !upstream.asked()) {
                throw notAsked();
            }
            return result;
        } catch (SyncFailure failure) {
            throw upstream.asked() ? failure : notAsked();
        }
    }

    private static SyncFailure notAsked() {
        return new SyncFailure.Schema(
                "the route asked nothing by HTTP, so the recorded answer was not read: check the source with an integration",
                null);
    }

    private Result run(IntegrationSettings integration, Optional<String> stream, HttpClient upstream) {
        files = readFiles();
        lines = new SourceLines(source, files, properties);
        Optional<EntityTypes> types = readTypes();
        if (violations.isEmpty() && types.isPresent()) {
            pull(integration, stream, upstream, types.get());
        }
        return new Result(List.copyOf(violations), List.copyOf(changes), List.copyOf(notes));
    }

    private List<RouteFile> readFiles() {
        RouteSchema schema = new RouteSchema();
        List<RouteFile> read = new ArrayList<>();
        for (Path path : routeFiles()) {
            try {
                RouteFile file = RouteFile.read(path);
                violations.addAll(schema.violations(file));
                violations.addAll(SourceRules.violations(file, source));
                read.add(file);
            } catch (RouteFileException wrong) {
                violations.add(wrong.getMessage());
            }
        }
        if (violations.isEmpty()
                && read.stream().noneMatch(file -> file.templates().contains(source))) {
            violations.add((read.isEmpty()
                            ? folder.resolve(source + RouteLayout.ROUTES)
                            : read.get(0).path()) + ":1: there is no route template with the id " + source
                    + ", the folder's name");
        }
        return read;
    }

    private List<Path> routeFiles() {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(layout::isRoutes).sorted().toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private Optional<EntityTypes> readTypes() {
        try {
            EntityTypes types = EntityTypes.load(layout.sources(), source);
            if (types.all().stream().noneMatch(type -> type.source().equals(source))) {
                violations.add(entityTypes + ":1: there is no type with @entity");
            }
            return Optional.of(types);
        } catch (IllegalArgumentException wrong) {
            wrong.getMessage().lines().forEach(violations::add);
            return Optional.empty();
        }
    }

    private void pull(
            IntegrationSettings integration, Optional<String> stream, HttpClient upstream, EntityTypes types) {
        Failures failures = new Failures(Clock.systemUTC());
        CamelContext context = new DefaultCamelContext();
        try (UpstreamConnections connections = new UpstreamConnections()) {
            SourceBeans.of(upstream, connections, failures, new SourceFiles()).forEach(context.getRegistry()::bind);
            context.setSourceLocationEnabled(true);
            context.setMessageHistory(true);
            LiveRoutes routes = new LiveRoutes(context);
            files.forEach(routes::add);
            IntegrationSettings complete = complete(context, integration);
            Integrations integrations = new Integrations(context, routes, layout, IntegrationSettings::schedule);
            integrations.addSource(complete);
            context.start();
            pull(context, complete, stream(integrations.streams(complete), stream), failures, types);
        } catch (RouteFileException wrong) {
            wrong.getMessage().lines().forEach(line -> violations.add(lines.located(line)));
        } catch (SyncFailure | UnknownStreamException outside) {
            throw outside;
        } catch (Exception notStarted) {
            violations.add(lines.located(LiveRoutes.reason(notStarted)));
        } finally {
            context.stop();
        }
    }

    /** With a stand-in for each parameter that must be set, where nothing but a recorded answer is there. */
    private IntegrationSettings complete(CamelContext context, IntegrationSettings integration) {
        if (!integration.id().equals(RECORDED)) {
            return integration;
        }
        RouteTemplateDefinition template = ((ModelCamelContext) context).getRouteTemplateDefinition(source);
        Map<String, String> standIns = new HashMap<>();
        for (RouteTemplateParameterDefinition parameter : template.getTemplateParameters()) {
            if (parameter.getDefaultValue() == null) {
                standIns.put(
                        parameter.getName(), parameter.getName().equals("url") ? "http://recorded.invalid" : RECORDED);
            }
        }
        standIns.keySet().removeAll(Integrations.GIVEN);
        return new IntegrationSettings(
                integration.id(), source, integration.name(), true, integration.schedule(), standIns);
    }

    private void pull(
            CamelContext context,
            IntegrationSettings integration,
            String stream,
            Failures failures,
            EntityTypes types) {
        Normaliser normaliser = new Normaliser(() -> types);
        ProducerTemplate requests = context.createProducerTemplate();
        Optional<String> checkpoint = Optional.empty();
        for (int pulls = 1; pulls <= MOST_PULLS; pulls++) {
            String after = checkpoint.orElse(null);
            Exchange exchange = requests.request("direct:pull-" + integration.id(), asked -> {
                asked.setProperty("integrationId", integration.id());
                asked.setProperty("source", source);
                asked.setProperty("stream", stream);
                asked.setProperty("checkpoint", after);
            });
            if (exchange.getException() != null) {
                failed(exchange, failures.pulling(exchange.getException()));
                return;
            }
            if (!(exchange.getMessage().getBody() instanceof JsonNode json)) {
                violations.add(lines.ofPage() + "the route must give JSON, as upstreamJson and jq do");
                return;
            }
            PulledPage page;
            try {
                page = normaliser.read(source, json);
            } catch (SyncFailure.Schema noPage) {
                violations.add(lines.ofPage() + noPage.getMessage());
                return;
            }
            boolean empty = page.observed().isEmpty() && page.quarantined().isEmpty();
            if (page.hasMore() && page.checkpoint().equals(checkpoint)) {
                violations.add(lines.ofPage() + "the page tells hasMore, but not where to go on: its checkpoint is "
                        + checkpoint.map(text -> "the one before it").orElse("missing"));
                return;
            }
            if (!empty || !page.hasMore() || pulls == MOST_PULLS) {
                show(stream, json, page, types);
                return;
            }
            checkpoint = page.checkpoint();
        }
    }

    private static final class UnknownStreamException extends IllegalArgumentException {
        private UnknownStreamException(String message) {
            super(message);
        }
    }

    private String stream(String all, Optional<String> wanted) {
        List<String> streams = Stream.of(all.split(",", -1)).map(String::strip).toList();
        wanted.filter(stream -> !streams.contains(stream)).ifPresent(unknown -> {
            throw new UnknownStreamException(
                    "The source " + source() + " has no stream " + unknown + "; it has " + String.join(", ", streams));
        });
        return wanted.orElse(streams.get(0));
    }

    private void show(String stream, JsonNode json, PulledPage page, EntityTypes types) {
        page.observed().stream().map(ChangeLine::of).forEach(changes::add);
        TypeLines declarations = new TypeLines(types);
        for (Quarantined record : page.quarantined()) {
            boolean typed = types.find(record.entityType())
                    .filter(type -> type.source().equals(source))
                    .isPresent();
            violations.add((typed ? entityTypes + ":" + declarations.line(record.reason()) + ": " : lines.ofPage())
                    + record.reason() + " (in " + record.raw() + ")");
        }
        if (page.mostlyUnreadable()) {
            violations.add(lines.ofPage() + "so many records of the page cannot be read that a job would fail on it");
        }
        notes.add("stream " + stream + ": " + page.observed().size() + " changes, "
                + page.quarantined().size()
                + " records that cannot be read, " + (page.hasMore() ? "more to come" : "no more") + ", checkpoint "
                + page.checkpoint().orElse("none"));
        undeclared(json, types, declarations);
    }

    private void undeclared(JsonNode json, EntityTypes types, TypeLines declarations) {
        TreeSet<String> dropped = new TreeSet<>();
        json.path("changes")
                .forEach(change -> types.find(change.path("entityType").asText())
                        .ifPresent(type -> change.path("data").fieldNames().forEachRemaining(field -> {
                            if (!declarations.declares(type, field)) {
                                dropped.add(type.graphqlName() + "." + field);
                            }
                        })));
        if (!dropped.isEmpty()) {
            notes.add("given by the upstream but not declared in " + entityTypes + ", and so left out: "
                    + String.join(", ", dropped));
        }
    }

    /** A fault that lies in an answer's form is the folder's; one that lies in the network or the credentials is not. */
    private void failed(Exchange exchange, SyncFailure failure) {
        if (failure.errorClass() != ErrorClass.SCHEMA && failure.errorClass() != ErrorClass.BUG) {
            throw failure;
        }
        violations.add(lines.ofLastStep(exchange) + failure.getMessage());
    }
}
