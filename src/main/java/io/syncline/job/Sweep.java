package io.syncline.job;

import io.syncline.changelog.Appended;
import io.syncline.changelog.Changelog;
import io.syncline.changelog.EntityKey;
import io.syncline.changelog.Observed;
import io.syncline.changelog.Page;
import io.syncline.changelog.Unseen;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes what lives in the changelog and was not seen by a complete run, for it is gone upstream, deleted at a time when nobody could be told.
 * Safe for use by many threads.
 */
final class Sweep {

    private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);

    /** Fewer deletes than this of one entity type are never held back. */
    private static final int FEW = 100;

    /** Above this part of a type's entities an upstream that answers an empty listing is likelier than so many deletes. */
    private static final double MOST_AT_ONCE = 0.2;

    private static final int PAGE = 500;

    private final Changelog changelog;
    private final SyncListener listener;

    Sweep(Changelog changelog, SyncListener listener) {
        this.changelog = changelog;
        this.listener = listener;
    }

    /**
     * Deletes what a job did not see, but for the types of which it would delete too many.
     *
     * @return how many deletes are held back
     */
    long sweep(Run run) {
        Lease lease = run.lease();
        Optional<Unseen> unseen = changelog.passes().unseen(lease.integrationId(), lease.jobId(), lease.beganAtSeq());
        if (unseen.isEmpty()) {
            tell(
                    run,
                    LogLine.Level.WARN,
                    "some records do not tell which entity they are, so nothing can be said to be gone");
            return 0;
        }
        List<EntityKey> gone = new ArrayList<>();
        long heldBack = 0;
        for (Map.Entry<String, List<EntityKey>> missing :
                unseen.get().entities().entrySet()) {
            int deletes = missing.getValue().size();
            long living = unseen.get().living().get(missing.getKey());
            if (!lease.job().approved() && deletes > FEW && deletes > MOST_AT_ONCE * living) {
                heldBack += deletes;
                tell(
                        run,
                        LogLine.Level.WARN,
                        "did not see %d of %d %s. They are so many that they are kept until the deletes are approved: POST /api/sync/jobs/%s/approve"
                                .formatted(deletes, living, missing.getKey(), lease.jobId()));
            } else {
                gone.addAll(missing.getValue());
                tell(
                        run,
                        LogLine.Level.INFO,
                        "did not see %d of %d %s, so they are deleted".formatted(deletes, living, missing.getKey()));
            }
        }
        delete(run, gone);
        return heldBack;
    }

    private static void tell(Run run, LogLine.Level level, String message) {
        run.log(level, message);
        LOG.atLevel(level == LogLine.Level.WARN ? org.slf4j.event.Level.WARN : org.slf4j.event.Level.INFO)
                .log("{}: a complete sync {}", run.lease().integrationId(), message);
    }

    private void delete(Run run, List<EntityKey> gone) {
        Lease lease = run.lease();
        for (int from = 0; from < gone.size(); from += PAGE) {
            List<Observed> page = gone.subList(from, Math.min(from + PAGE, gone.size())).stream()
                    .map(key -> (Observed) new Observed.Gone(key.entityType(), key.entityId(), Optional.empty()))
                    .toList();
            Appended appended = changelog.append(new Page(
                    lease.integrationId(),
                    "sweep",
                    lease.fence(),
                    Optional.of(lease.jobId()),
                    page,
                    List.of(),
                    Optional.empty()));
            listener.appended(lease.integrationId(), "sweep", 1, appended);
        }
    }
}
