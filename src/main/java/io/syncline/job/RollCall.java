package io.syncline.job;

import io.syncline.changelog.Changelog;
import io.syncline.changelog.EntityKey;
import io.syncline.changelog.Observed;
import io.syncline.changelog.Quarantined;
import io.syncline.integration.PulledPage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a run that pulls everything from the beginning has seen. What lives in the changelog and was not seen by a complete run is gone
 * upstream, deleted at a time when nobody could be told. For use by one thread at a time.
 */
final class RollCall {

    /** Fewer deletes than this are never held back. */
    private static final int FEW = 100;

    /** Above this part of all entities an upstream that answers an empty listing is likelier than so many deletes. */
    private static final double MOST_AT_ONCE = 0.2;

    private static final int PAGE = 500;

    private final Set<EntityKey> seen = new HashSet<>();
    private boolean nameless;

    void saw(PulledPage page) {
        for (Observed entity : page.observed()) {
            seen.add(new EntityKey(entity.entityType(), entity.entityId()));
        }
        for (Quarantined entity : page.quarantined()) {
            // It is there upstream, whatever is wrong with it.
            seen.add(new EntityKey(entity.entityType(), entity.entityId()));
            nameless |= entity.entityId().isEmpty();
        }
    }

    /** Whether something was seen that does not tell which entity it is, so that none can be said to be missing. */
    boolean unsure() {
        return nameless;
    }

    /** What lives in the changelog and was not seen. */
    Missing missing(Changelog changelog, String integrationId) {
        List<EntityKey> missing = new ArrayList<>();
        long living = 0;
        List<EntityKey> page = changelog.living(integrationId, Optional.empty(), PAGE);
        while (!page.isEmpty()) {
            living += page.size();
            page.stream().filter(key -> !seen.contains(key)).forEach(missing::add);
            page = changelog.living(integrationId, Optional.of(page.get(page.size() - 1)), PAGE);
        }
        return new Missing(missing, living);
    }

    /** @param living how many entities there are, the missing ones among them */
    record Missing(List<EntityKey> entities, long living) {

        /** Whether they are so many that a person should look before they are deleted. */
        boolean tooMany() {
            return entities.size() > FEW && entities.size() > MOST_AT_ONCE * living;
        }

        /** As deletes, page by page. */
        List<List<Observed>> pages() {
            List<List<Observed>> pages = new ArrayList<>();
            for (int from = 0; from < entities.size(); from += PAGE) {
                pages.add(entities.subList(from, Math.min(from + PAGE, entities.size())).stream()
                        .map(key -> (Observed) new Observed.Gone(key.entityType(), key.entityId(), Optional.empty()))
                        .toList());
            }
            return pages;
        }
    }
}
