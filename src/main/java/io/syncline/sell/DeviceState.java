package io.syncline.sell;

import io.syncline.changelog.Looked;
import io.syncline.changelog.Newest;
import io.syncline.changelog.Revision;
import io.syncline.changelog.View;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * What a device has acknowledged. Not for several threads.
 *
 * <p>The invariant: of every entity that was there when the changelog was last looked at for this device, the newest change up to the
 * collection's position is either acknowledged or among {@link #unacknowledged}. So a synced device is its positions and three empty sets,
 * however many entities it has, and finding out what is new costs what changed after the positions.
 *
 * <p>Whether a device has an entity is answered without a record of each: by the number of the entity's first change, which compaction leaves
 * alone. Above the position it was not there yet; up to the position the device has it, unless it is among {@link #notHad}, or the entity was
 * gone by then and the device knew.
 */
final class DeviceState implements Newest.Receiver {

    /** Where the positions keep the version of the view that was last looked with: no collection has this number. */
    private static final int VIEW = 0;

    /** By collection number: up to where the changelog was looked at for this device. */
    private final TreeMap<Integer, Long> positions;

    /** Of the entities that were new when last looked, the newest changes not acknowledged since. All are up to their position. */
    private final RevisionSet unacknowledged;

    /** First changes of the entities that the device does not have, though the entity was there when last looked. */
    private final RevisionSet notHad;

    /**
     * Acknowledged changes above their position: of an entity that was served fresher than it was when last looked. For each its entity's first
     * change is there too, to tell that the device has the entity; that one is up to the position, so neither is taken for the other.
     */
    private final RevisionSet ahead;

    /**
     * Revisions that were served and not acknowledged since: only these can be acknowledged. Each was served as living if its entity was in sight
     * at the last look, or is ahead, and else as deleted; one of which that is not so any more is taken out, so that an acknowledgement is never
     * taken for one of something else.
     */
    private final RevisionSet served;

    /**
     * Of the changes not acknowledged, those of entities that the device certainly does not hold, for no page since has had them. Known only of what
     * was found new since the state was read, and stored nowhere: after a crash, a power cut or from a backup nobody knows what was served last.
     */
    private final RevisionSet unseen = new RevisionSet();

    DeviceState(
            Map<Integer, Long> positions,
            RevisionSet unacknowledged,
            RevisionSet notHad,
            RevisionSet ahead,
            RevisionSet served) {
        this.positions = new TreeMap<>(positions);
        this.unacknowledged = unacknowledged;
        this.notHad = notHad;
        this.ahead = ahead;
        this.served = served;
    }

    Map<Integer, Long> positions() {
        return positions;
    }

    /** The version of the view that was last looked with. */
    long view() {
        return position(VIEW);
    }

    /** The numbers of the collections that have been looked at. */
    Set<Integer> collections() {
        return positions.tailMap(VIEW, false).keySet();
    }

    RevisionSet unacknowledged() {
        return unacknowledged;
    }

    RevisionSet notHad() {
        return notHad;
    }

    RevisionSet ahead() {
        return ahead;
    }

    RevisionSet served() {
        return served;
    }

    private List<RevisionSet> sets() {
        return List.of(unacknowledged, notHad, ahead, served);
    }

    /** Whether a set has changed since the state was read or {@link #saved}. */
    boolean hasChanged() {
        return sets().stream().anyMatch(set -> !set.changedChunks().isEmpty());
    }

    /** What has changed is stored. */
    void saved() {
        sets().forEach(RevisionSet::saved);
    }

    /** Takes in entities in a row that have come into sight since the last look for this device, as {@link #receive} does one by one. */
    @Override
    public void receiveRun(int collection, long first, long last) {
        long[] run = LongStream.rangeClosed(first, last).toArray();
        boolean isNew = unacknowledged.containsNone(run) && served.containsNone(run) && ahead.containsNone(run);
        if (isNew) {
            unacknowledged.addAll(run);
            notHad.addAll(run);
            unseen.addAll(run);
        } else {
            Newest.Receiver.super.receiveRun(collection, first, last);
        }
    }

    /** Takes in an entity that has changed or has come into sight or gone out of it, since the last look for this device. */
    @Override
    public void receive(int collection, Newest newest) {
        long position = position(collection);
        dropServedOtherwise(position, newest);
        boolean wasThere = newest.wasInSight() && newest.first() <= position;
        boolean wasUnacknowledged = unacknowledged.contains(newest.replaced());
        boolean wasUnseen = wasUnacknowledged && unseen.remove(newest.replaced());
        boolean knownGone = newest.wasGone() && !wasUnacknowledged;
        // Before the first look at it is forgotten, for it is what tells.
        unacknowledged.remove(newest.replaced());
        if (ahead.contains(newest.sequenceVersion())) {
            if (!newest.inSight() && ahead.contains(newest.first())) {
                unacknowledged.add(newest.sequenceVersion());
            }
            return;
        }
        boolean acknowledgedAhead = newest.first() <= position && ahead.contains(newest.first());
        boolean had = acknowledgedAhead || (wasThere && !knownGone && !notHad.contains(newest.first()));
        if (!newest.inSight()) {
            // It may have been served and kept without an acknowledgement, so only what came and went unseen is passed
            // over, be it for the first time or after a delete that was acknowledged.
            boolean mayBeHeld = (wasUnacknowledged && !wasUnseen)
                    // Compaction has taken away what it was in the queue by.
                    || (newest.replaced() == 0 && newest.first() <= position && notHad.contains(newest.first()));
            if (had || mayBeHeld) {
                unacknowledged.add(newest.sequenceVersion());
            } else if (wasUnseen) {
                notHad.remove(newest.first());
            }
            return;
        }
        boolean added = unacknowledged.add(newest.sequenceVersion());
        if (!had) {
            notHad.add(newest.first());
            if (wasUnacknowledged ? wasUnseen : added && !isCut(newest, position)) {
                unseen.add(newest.sequenceVersion());
            }
        }
    }

    /** Whether compaction may have taken away by what the entity was in the queue. */
    private static boolean isCut(Newest newest, long position) {
        return newest.replaced() == 0 && newest.first() <= position && newest.sequenceVersion() > position;
    }

    /** Takes out what was served as deleted and is living now, or the other way round. */
    private void dropServedOtherwise(long position, Newest newest) {
        boolean servedAsLiving = newest.wasInSight() || newest.sequenceVersion() > position;
        if (!newest.deleted() && servedAsLiving != newest.inSight()) {
            served.remove(newest.sequenceVersion());
        }
        if (!newest.wasInSight() && newest.inSight()) {
            served.remove(newest.replaced());
        }
    }

    /** All that has changed up to there has been taken in. */
    void looked(Looked looked) {
        looked.removed().keySet().forEach(collection -> positions.put(collection, looked.head()));
        positions.put(VIEW, looked.view());
        ahead.clear();
        forgetIfSynced();
    }

    /** Whether deletes that the device has not been told of are no longer kept. */
    boolean missedDeletes(Looked looked) {
        return looked.removed().entrySet().stream()
                .anyMatch(removed ->
                        positions.containsKey(removed.getKey()) && position(removed.getKey()) < removed.getValue());
    }

    /** Whether it was last looked at for the device when it could see something that is no longer known. */
    boolean sawBefore(long forgottenTo) {
        return !collections().isEmpty() && view() < forgottenTo;
    }

    /**
     * Takes in that an item has been served. One whose entity has come into sight or gone out of it since the last look was perhaps served
     * before as what it was then, so its acknowledgement would say nothing certain: it is not counted as served, and is told again.
     *
     * @param view by which it was served
     * @return whether it is counted
     */
    private boolean serve(Served item, View view) {
        boolean clear = isClear(item, view);
        if (clear) {
            served.add(item.revision().sequenceVersion());
        } else {
            served.remove(item.revision().sequenceVersion());
        }
        return clear;
    }

    /**
     * The same of all that is on a page.
     *
     * @param queued the changes that the page stands for
     * @return whether all of it is counted
     */
    boolean serve(PageItems page, long[] queued, View view) {
        unseen.removeAll(queued);
        if (page.isAsQueued() && view.version() == view()) {
            served.addAll(page.revisions());
            return true;
        }
        boolean clear = true;
        for (int at = 0; at < page.count(); at++) {
            clear &= serve(page.get(at), view);
        }
        return clear;
    }

    private boolean isClear(Served item, View view) {
        Revision revision = item.revision();
        if (revision.deleted()) {
            return true;
        }
        if (view.version() < view()) {
            return false;
        }
        boolean wasInSight = view.version() == view() ? item.inSight() : view.sees(revision, view());
        return item.inSight() == wasInSight
                && (item.inSight() || revision.sequenceVersion() <= position(revision.collection()));
    }

    /**
     * Takes in an acknowledgement.
     *
     * @param servedFor the change that stood for the entity in the queue; the revision itself where that is not known
     */
    void acknowledge(Revision revision, long servedFor) {
        served.remove(revision.sequenceVersion());
        unacknowledged.remove(revision.sequenceVersion());
        if (servedFor != revision.sequenceVersion()) {
            unacknowledged.remove(servedFor);
        }
        if (revision.sequenceVersion() <= position(revision.collection())) {
            notHad.remove(revision.first());
        } else {
            ahead.add(revision.sequenceVersion());
            if (revision.deleted()) {
                ahead.remove(revision.first());
                notHad.add(revision.first());
            } else {
                ahead.add(revision.first());
                notHad.remove(revision.first());
            }
        }
        forgetIfSynced();
    }

    /**
     * Takes in an acknowledgement of all that is on a page.
     *
     * @return whether it is taken in; not if it is to be taken in item by item, as some of the page stands for something else
     */
    boolean acknowledge(PageItems page) {
        if (!page.isAsQueued() || !isLookedAt(page) || !served.containsAll(page.revisions())) {
            return false;
        }
        served.removeAll(page.revisions());
        unacknowledged.removeAll(page.revisions());
        notHad.removeAll(page.firsts());
        forgetIfSynced();
        return true;
    }

    private boolean isLookedAt(PageItems page) {
        int collection = VIEW;
        long position = 0;
        for (int at = 0; at < page.count(); at++) {
            Revision revision = page.get(at).revision();
            if (revision.collection() != collection) {
                collection = revision.collection();
                position = position(collection);
            }
            if (revision.sequenceVersion() > position) {
                return false;
            }
        }
        return true;
    }

    /** Drops what stands for nothing any more, such as a change that was superseded so long ago that it is no longer kept. */
    void forget(long unacknowledgedChange) {
        unacknowledged.remove(unacknowledgedChange);
    }

    /** Drops what was served up to there and has been superseded: compaction has been there, and who has not acknowledged it yet has forgotten it. */
    void forgetServed(long compactedTo) {
        served.retainUpTo(compactedTo, unacknowledged);
    }

    /** Whether the device has an entity that is in its queue. */
    boolean has(long first) {
        return !notHad.contains(first);
    }

    private void forgetIfSynced() {
        // What is not had is in the queue until it is acknowledged, so this only drops what compaction left behind.
        if (unacknowledged.isEmpty() && ahead.isEmpty()) {
            notHad.clear();
        }
    }

    /** Up to where a collection was looked at for this device. */
    long position(int collection) {
        return positions.getOrDefault(collection, 0L);
    }
}
