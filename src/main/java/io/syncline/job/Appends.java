package io.syncline.job;

import io.syncline.changelog.Appended;
import io.syncline.changelog.Changelog;
import io.syncline.changelog.Page;
import io.syncline.integration.PulledPage;
import io.syncline.integration.SyncFailure;
import java.util.Optional;

/** Appends what runs have pulled. Safe for use by many threads, for each run by one at a time. */
final class Appends {

    private final Changelog changelog;
    private final Reports reports;
    private final SyncListener listener;

    Appends(Changelog changelog, Reports reports, SyncListener listener) {
        this.changelog = changelog;
        this.reports = reports;
        this.listener = listener;
    }

    /** Appends what a run has handed on, until nothing is left or something cannot be appended. */
    void aside(Run run) {
        HandOver handOver = run.handOver();
        try {
            Optional<PageInHand> next = handOver.take();
            while (next.isPresent()) {
                append(run, next.get());
                next = handOver.take();
            }
        } catch (RuntimeException | Error thrown) {
            handOver.failed(thrown);
        }
    }

    /**
     * Appends what is in hand in one transaction with its checkpoint, its records being read before if they are not yet.
     *
     * @throws SyncFailure.Stopped if the run was asked to end without it
     */
    void append(Run run, PageInHand inHand) {
        run.stillWants();
        PulledPage page = inHand.page();
        String stream = inHand.stream();
        Lease lease = run.lease();
        if (inHand.changes()) {
            Appended appended = changelog.append(
                    new Page(
                            lease.integrationId(),
                            stream,
                            lease.fence(),
                            Optional.of(lease.jobId()),
                            page.observed(),
                            page.quarantined(),
                            page.checkpoint(),
                            run.pass(page)),
                    run::stillWants);
            reports.setAside(run, stream, page.quarantined());
            listener.appended(lease.integrationId(), stream, inHand.pages(), appended);
        }
        run.progress().add(stream, page);
        if (!page.hasMore() && run.progress().processed(stream) > 0) {
            run.log(
                    LogLine.Level.INFO,
                    "stream " + stream + ": at its end after " + run.progress().processed(stream) + " records");
        }
    }
}
