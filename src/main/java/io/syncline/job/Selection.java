package io.syncline.job;

import io.syncline.changelog.Observed;
import io.syncline.integration.PulledPage;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Which entities a selective job takes. Immutable. */
final class Selection {

    private final Set<String> types;
    private final Set<String> excluded;
    private final Set<String> projects;

    private Selection(Set<String> types, Set<String> excluded, Set<String> projects) {
        this.types = types;
        this.excluded = excluded;
        this.projects = projects;
    }

    static Selection of(JobOptions options) {
        return new Selection(
                folded(options.entityTypes()), folded(options.excludeEntityTypes()), Set.copyOf(options.projectIds()));
    }

    private static Set<String> folded(List<String> names) {
        return names.stream().map(Selection::fold).collect(Collectors.toUnmodifiableSet());
    }

    private static String fold(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /**
     * Whether a stream can have anything of it. One that is named like an entity type of its source gives that type alone.
     *
     * @param entityTypes of the source
     */
    boolean takesStream(String stream, Set<String> entityTypes) {
        return entityTypes.stream().noneMatch(type -> fold(type).equals(fold(stream))) || takesType(stream);
    }

    private boolean takesType(String type) {
        String folded = fold(type);
        return (types.isEmpty() || types.contains(folded)) && !excluded.contains(folded);
    }

    /** What it takes of a page. A delete tells no project, so it is left to other jobs where projects are selected. */
    PulledPage of(PulledPage page) {
        return new PulledPage(
                page.observed().stream().filter(this::takes).toList(),
                page.quarantined().stream()
                        .filter(record -> takesType(record.entityType()))
                        .toList(),
                page.unreadable(),
                page.checkpoint(),
                page.hasMore(),
                page.total());
    }

    private boolean takes(Observed entity) {
        return takesType(entity.entityType())
                && (projects.isEmpty()
                        || (entity instanceof Observed.Present present
                                && present.scope().filter(projects::contains).isPresent()));
    }
}
