package io.syncline.changelog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What one principal may see: all of its grants, with those that were taken back, so that what it could see at an earlier position is still
 * known. Immutable.
 */
public final class View {

    /** Stands for every integration, those of the future included. */
    public static final String EVERY_INTEGRATION = "*";

    /** Of a part that has not been taken back. */
    public static final long STILL = Long.MAX_VALUE;

    /**
     * A part of a view: what one grant shows.
     *
     * @param integrationId an integration's id, or {@value #EVERY_INTEGRATION}
     * @param entityTypes names of the only entity types shown, without regard to case; empty for all
     * @param scope the only scope shown; empty for all, and for what has none
     * @param from the sequence version of the grant, which is no change's; 0 for one from before all changes
     * @param to the sequence version of its revoke, or {@link #STILL}
     */
    public record Part(String integrationId, Set<String> entityTypes, Optional<String> scope, long from, long to) {

        public Part {
            Set<String> folded = new HashSet<>();
            entityTypes.forEach(type -> folded.add(fold(type)));
            entityTypes = Set.copyOf(folded);
        }

        private boolean isOf(String integration) {
            return integrationId.equals(EVERY_INTEGRATION) || integrationId.equals(integration);
        }

        private boolean covers(String integration, String foldedType) {
            return isOf(integration) && (entityTypes.isEmpty() || entityTypes.contains(foldedType));
        }

        private boolean isWhole() {
            return entityTypes.isEmpty() && scope.isEmpty();
        }

        private boolean holdsAt(long position) {
            return from <= position && position < to;
        }
    }

    private final String principal;
    private final List<Part> parts;
    private final long forgottenTo;
    /** Where something was granted or revoked. */
    private final TreeSet<Long> events = new TreeSet<>();

    private final int hash;

    /** @param parts those that hold and those that once held */
    public View(String principal, List<Part> parts) {
        this(principal, parts, 0);
    }

    /**
     * A view of which something was forgotten.
     *
     * @param parts those that hold and those that once held
     * @param forgottenTo parts that were taken back at this sequence version or before may be missing; 0 if none is
     */
    public View(String principal, List<Part> parts, long forgottenTo) {
        this.principal = principal;
        this.parts = List.copyOf(parts);
        this.forgottenTo = forgottenTo;
        if (forgottenTo > 0) {
            events.add(forgottenTo);
        }
        for (Part part : parts) {
            events.add(part.from());
            if (part.to() != STILL) {
                events.add(part.to());
            }
        }
        this.hash = 31 * (31 * principal.hashCode() + this.parts.hashCode()) + Long.hashCode(forgottenTo);
    }

    /**
     * A view that has always been the same.
     *
     * @param everything whether the view sees every integration, those of the future included
     * @param integrations ids of the integrations seen as a whole; of no meaning where {@code everything} is set
     */
    public View(String principal, boolean everything, Set<String> integrations) {
        this(
                principal,
                (everything ? Set.of(EVERY_INTEGRATION) : integrations)
                        .stream().map(View::always).toList());
    }

    private static Part always(String integrationId) {
        return new Part(integrationId, Set.of(), Optional.empty(), 0, STILL);
    }

    /** Who the view belongs to; a cursor works only for the principal it was made for. */
    public String principal() {
        return principal;
    }

    /** Whether every integration is seen now as a whole, those of the future included. */
    public boolean everything() {
        return sees(EVERY_INTEGRATION);
    }

    /** Whether all of an integration is seen now, whatever its type and scope. */
    public boolean sees(String integrationId) {
        return parts.stream().anyMatch(part -> part.isOf(integrationId) && part.isWhole() && part.holdsAt(version()));
    }

    /** Whether anything of an integration was ever to be seen. */
    boolean concerns(String integrationId) {
        return parts.stream().anyMatch(part -> part.isOf(integrationId));
    }

    /** The names of entity types that grants that hold now are restricted to, in lower case. */
    public Set<String> namedEntityTypes() {
        Set<String> named = new HashSet<>();
        parts.stream().filter(part -> part.holdsAt(version())).forEach(part -> named.addAll(part.entityTypes()));
        return named;
    }

    /** The position of the last grant or revoke; 0 for none. From there on the view is what it is now. */
    public long version() {
        return events.isEmpty() ? 0 : events.last();
    }

    /** Before this sequence version it is no longer known what the view was; 0 if it is known from the beginning. */
    public long forgottenTo() {
        return forgottenTo;
    }

    /** Whether the entity of a change that is no delete is in sight after it, by the view as it was at a version. */
    public boolean sees(Revision revision, long version) {
        return scopes(revision.integrationId(), revision.entityType(), version)
                .contains(revision.scope().orElse(null));
    }

    /** What was seen of a collection at a position. */
    Scopes scopes(EntityCollection collection, long position) {
        return scopes(collection.integrationId, collection.entityType, position);
    }

    private Scopes scopes(String integrationId, String entityType, long position) {
        Set<String> named = new HashSet<>();
        String type = fold(entityType);
        for (Part part : parts) {
            if (part.holdsAt(position) && part.covers(integrationId, type)) {
                if (part.scope().isEmpty()) {
                    return Scopes.ALL;
                }
                named.add(part.scope().get());
            }
        }
        return Scopes.of(named);
    }

    /** What is seen of a collection now. */
    Scopes scopes(EntityCollection collection) {
        return scopes(collection, version());
    }

    /** What was seen of a collection at a position and at all times from there up to another. */
    Scopes throughout(EntityCollection collection, long from, long to) {
        String type = fold(collection.entityType);
        List<Part> whole = new ArrayList<>();
        Map<String, List<Part>> byScope = new HashMap<>();
        for (Part part : parts) {
            if (part.covers(collection.integrationId, type)) {
                part.scope()
                        .map(scope -> byScope.computeIfAbsent(scope, s -> new ArrayList<>()))
                        .orElse(whole)
                        .add(part);
            }
        }
        long last = Math.max(from, to);
        if (oneHolds(whole, from, last)) {
            return Scopes.ALL;
        }
        byScope.values().removeIf(own -> {
            own.addAll(whole);
            return !oneHolds(own, from, last);
        });
        return Scopes.of(byScope.keySet());
    }

    /** Whether at every position from one to another some of the parts holds. */
    private static boolean oneHolds(List<Part> parts, long from, long to) {
        long reached = from;
        while (reached <= to) {
            long next = reached;
            for (Part part : parts) {
                if (part.holdsAt(reached)) {
                    next = Math.max(next, part.to());
                }
            }
            if (next == reached) {
                return false;
            }
            reached = next;
        }
        return true;
    }

    /** Whether something else is seen of some collections now than at a position, or was in between. */
    boolean differs(long position, List<EntityCollection> collections) {
        return collections.stream().anyMatch(collection -> {
            Scopes now = scopes(collection);
            return !now.equals(scopes(collection, position))
                    || !now.equals(throughout(collection, position, version()));
        });
    }

    /** The parts that hold now. */
    public List<Part> parts() {
        List<Part> held = new ArrayList<>(parts);
        held.removeIf(part -> !part.holdsAt(version()));
        return held;
    }

    static String fold(String entityType) {
        return entityType.toLowerCase(Locale.ROOT);
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof View view
                        && hash == view.hash
                        && forgottenTo == view.forgottenTo
                        && principal.equals(view.principal)
                        && parts.equals(view.parts));
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /** Only who it belongs to. */
    @Override
    public String toString() {
        return "View[" + principal + "]";
    }
}
