package io.syncline.integration;

import io.syncline.changelog.Observed;
import io.syncline.changelog.Quarantined;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One page of a stream, read by its entity types.
 *
 * @param quarantined what is set aside, with what the upstream itself could not give
 * @param unreadable how many of those fail their type
 * @param checkpoint where the stream stands after the page; empty where the upstream tells none
 * @param hasMore whether the upstream has more to give at once
 * @param total how many records the stream will give in all, as the upstream estimates it; empty where it does not
 */
public record PulledPage(
        List<Observed> observed,
        List<Quarantined> quarantined,
        int unreadable,
        Optional<String> checkpoint,
        boolean hasMore,
        OptionalLong total) {

    /** Few bad records are set aside, but a page that consists of them means that the types or the source are wrong. */
    private static final int MOST_TO_SET_ASIDE = 5;

    /** Whether so many records of the page failed that the fault is not the records'. */
    public boolean mostlyUnreadable() {
        return unreadable >= MOST_TO_SET_ASIDE && unreadable > observed.size();
    }

    /** This page and the one after it of the same stream, as one that stands where that one does. */
    public PulledPage followedBy(PulledPage next) {
        return new PulledPage(
                joined(observed, next.observed),
                joined(quarantined, next.quarantined),
                unreadable + next.unreadable,
                next.checkpoint.or(() -> checkpoint),
                next.hasMore,
                next.total.isPresent() ? next.total : total);
    }

    private static <T> List<T> joined(List<T> first, List<T> second) {
        List<T> both = new ArrayList<>(first.size() + second.size());
        both.addAll(first);
        both.addAll(second);
        return both;
    }

    /** Of its snapshots and of what is set aside. */
    public long bytes() {
        long bytes = 0;
        for (Observed one : observed) {
            bytes +=
                    one instanceof Observed.Present present ? present.snapshot().bytes().length : 0;
        }
        for (Quarantined record : quarantined) {
            bytes += record.raw().length();
        }
        return bytes;
    }
}
